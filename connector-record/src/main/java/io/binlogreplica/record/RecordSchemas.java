package io.binlogreplica.record;

/** Makes the record schemas of one source connector. */
public final class RecordSchemas {

    private final String prefix;
    private final Flavor flavor;
    private final Blocks blocks;

    /**
     * @param flavor of the primary
     * @param prefix {@code topic.prefix}, the logical name of the primary
     */
    public RecordSchemas(Flavor flavor, String prefix) {
        this.prefix = prefix;
        this.flavor = flavor;
        this.blocks = new Blocks(PluginVersion.get(), flavor, prefix);
    }

    /** The envelope of a table's rows. Building one costs as much as hundreds of rows: keep it. */
    public Envelope envelope(TableSchema table) {
        return new Envelope(
                table,
                blocks,
                prefix + "." + table.id().database() + "." + table.id().table());
    }

    /** The envelope of changes of tables as a whole. */
    public TableChangeEnvelope tableChanges() {
        return new TableChangeEnvelope(flavor, blocks);
    }
}
