package io.binlogreplica.benchmarks;

/** Which keys the tables have, as the setting {@code keys} names them: {@code primary} is what sysbench has. */
enum Keys {
    PRIMARY("PRIMARY KEY (id), KEY k (k)"),
    /** Every change touches unique keys beside the primary one, long texts among them. */
    UNIQUE("PRIMARY KEY (id), UNIQUE KEY k (k, id), UNIQUE KEY c (c), UNIQUE KEY pad (pad)"),
    /** Rows are told apart by all their columns; plain indexes help to find them. */
    NONE("KEY id (id), KEY k (k)");

    private final String definition;

    Keys(String definition) {
        this.definition = definition;
    }

    /** In a CREATE TABLE statement. */
    String definition() {
        return definition;
    }
}
