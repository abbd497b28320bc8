package io.binlogreplica.record;

/**
 * What a source's records owe to the format they are written in. Without it the schemas of rows have the names that database, table and
 * columns have, and fields are optional as columns take NULL.
 *
 * @param schemaNames how the names of schemas are adjusted
 * @param fieldNames how the names of a row's fields are adjusted; each field's schema says the column's own
 * @param allOptional whether every field of a row is optional, so that a schema that lacks one is compatible
 */
public record SchemaStyle(NameAdjustment schemaNames, NameAdjustment fieldNames, boolean allOptional) {

    /** Names as they are, and fields optional as columns are. */
    public static final SchemaStyle PLAIN = new SchemaStyle(NameAdjustment.NONE, NameAdjustment.NONE, false);
}
