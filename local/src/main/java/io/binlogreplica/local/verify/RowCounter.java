package io.binlogreplica.local.verify;

/** Is told how many rows of a table are done. */
@FunctionalInterface
interface RowCounter {
    void rows(long done);
}
