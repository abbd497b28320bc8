package io.binlogreplica.record;

/**
 * A column of a table.
 *
 * @param name as the server spells it
 * @param type its type
 * @param nullable whether it takes NULL
 * @param generated whether the server computes it; such a column is read but never written
 */
public record Column(String name, ColumnType type, boolean nullable, Generated generated) {

    /** Who computes a column's value. */
    public enum Generated {
        /** Nobody: it is stored as written. */
        NO,
        VIRTUAL,
        STORED
    }

    public boolean isGenerated() {
        return generated != Generated.NO;
    }
}
