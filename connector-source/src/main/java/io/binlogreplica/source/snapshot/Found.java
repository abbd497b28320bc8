package io.binlogreplica.source.snapshot;

/** What is due in the stream, between two transactions. */
public sealed interface Found permits Piece, CheckedRange {}
