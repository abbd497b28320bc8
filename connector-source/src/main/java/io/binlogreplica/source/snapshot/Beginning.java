package io.binlogreplica.source.snapshot;

/**
 * A table whose copy begins.
 *
 * @param again whether it began before, so that the stream has all changes of the table since then
 */
public record Beginning(Definition definition, boolean again) {}
