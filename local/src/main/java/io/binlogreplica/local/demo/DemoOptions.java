package io.binlogreplica.local.demo;

/**
 * How much is to be shown.
 *
 * @param rows how many rows the primary has when the copy begins
 * @param changes how many row changes are waiting when the stream goes on
 * @param exit whether to end after the comparison, rather than to go on writing
 */
public record DemoOptions(long rows, long changes, boolean exit) {}
