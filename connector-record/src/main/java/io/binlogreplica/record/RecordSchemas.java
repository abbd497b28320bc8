package io.binlogreplica.record;

import org.apache.kafka.connect.errors.ConnectException;

/** Makes the record schemas of one source connector. */
public final class RecordSchemas {

    private final String prefix;
    private final Flavor flavor;
    private final SchemaStyle style;
    private final Blocks blocks;

    /**
     * @param flavor of the primary
     * @param prefix {@code topic.prefix}, the logical name of the primary
     */
    public RecordSchemas(Flavor flavor, String prefix, SchemaStyle style) {
        this.prefix = prefix;
        this.flavor = flavor;
        this.style = style;
        this.blocks = new Blocks(PluginVersion.get(), flavor, prefix);
    }

    /**
     * The envelope of a table's rows. Building one costs as much as hundreds of rows: keep it.
     *
     * @throws ConnectException when two columns would have the same field
     */
    public Envelope envelope(TableSchema table) {
        NameAdjustment names = style.schemaNames();
        return new Envelope(
                table,
                blocks,
                names.ofParts(prefix) + "." + names.of(table.id().database()) + "."
                        + names.of(table.id().table()),
                style);
    }

    /** The envelope of changes of tables as a whole. */
    public TableChangeEnvelope tableChanges() {
        return new TableChangeEnvelope(flavor, blocks);
    }
}
