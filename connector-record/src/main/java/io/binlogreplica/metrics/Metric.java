package io.binlogreplica.metrics;

import java.util.List;

/** Everything that is measured. Names stay; {@code docs/metrics.md} is made of this. */
public enum Metric {
    SOURCE_CONNECTED(
            Connector.SOURCE,
            "connected",
            "1 while the binlog is being read, 0 while the primary cannot be reached.",
            ""),
    SOURCE_LAG(
            Connector.SOURCE,
            "lag-ms",
            "Age of the last change that was read while more are waiting; 0 when there are none; while the primary cannot be"
                    + " reached, the time since the last change or the last time there was none. By the primary's clock.",
            ""),
    SOURCE_CHANGES(
            Connector.SOURCE,
            "changes-total",
            "Changes that were handed to Connect, copied rows (read) included.",
            "table,operation"),
    SOURCE_TRANSACTIONS(
            Connector.SOURCE, "transactions-total", "Transactions that were handed to Connect as a whole.", ""),
    SOURCE_RECONNECTS(
            Connector.SOURCE,
            "reconnects-total",
            "How often the connection to the binlog was lost or could not be made.",
            ""),
    SOURCE_TABLES(Connector.SOURCE, "tables", "Tables by how far their copy is: pending, running, complete.", "copy"),
    SOURCE_COPIED_ROWS(Connector.SOURCE, "copied-rows", "Rows that were copied of the tables whose copy is known.", ""),
    SOURCE_ROWS_TO_COPY(
            Connector.SOURCE,
            "rows-to-copy",
            "About how many rows are still to be copied, by the primary's guess of its tables' sizes.",
            ""),

    SINK_LAG(
            Connector.SINK,
            "lag-ms",
            "Age of the last change that is committed on the replica while more were received; 0 when all are committed."
                    + " From the primary's clock to the worker's: keep both right.",
            ""),
    SINK_LATENCY(
            Connector.SINK,
            "latency-ms",
            "From the making of the last committed change on the primary to its commit on the replica. By both clocks.",
            ""),
    SINK_LAG_TRANSACTIONS(
            Connector.SINK,
            "lag-transactions",
            "Transactions of the primary that were received and are not committed on the replica.",
            ""),
    SINK_CHANGES(
            Connector.SINK,
            "changes-total",
            "Changes whose transaction was committed on the replica, copied rows (read) and those left out included.",
            "table,operation"),
    SINK_COMMITS(Connector.SINK, "commits-total", "Transactions of the replica that were committed.", ""),
    SINK_RETRIES(
            Connector.SINK,
            "retries-total",
            "How often a transaction was to be tried again: deadlocks, lost connections, a replica that is away.",
            ""),
    SINK_REFUSED(
            Connector.SINK,
            "refused-total",
            "How often a transaction was refused for what is in it, and was applied again row by row.",
            ""),
    SINK_TABLES(
            Connector.SINK,
            "tables",
            "Tables by their state: copying, live, damaged, degraded. The last two differ from the primary.",
            "state"),
    SINK_FAILED(
            Connector.SINK,
            "failed-changes",
            "Changes that the replica refused since the table's last copy; only of tables that have some.",
            "table"),
    SINK_CONFLICTS(
            Connector.SINK,
            "conflicts",
            "Changes that did not find their row as it should be since the table's last copy (drift of data); only of tables"
                    + " that have some.",
            "table"),
    SINK_VERIFIED_ROWS(
            Connector.SINK, "verified-rows-total", "Rows of the primary that were compared with the replica's.", ""),
    SINK_VERIFIED_CHUNKS(
            Connector.SINK,
            "verified-chunks-total",
            "Chunks of rows by what came of comparing them: equal, different, skipped (replica_verification says why).",
            "result"),
    SINK_DIFFERING_ROWS(
            Connector.SINK,
            "differing-rows-total",
            "Rows that verification found to differ: missing, extra, different; each time that their table is gone through.",
            "difference"),
    SINK_REPAIRED_ROWS(
            Connector.SINK, "repaired-rows-total", "Rows that verification deleted, or asked of the primary anew.", "");

    /** Which connector measures it. */
    public enum Connector {
        SOURCE("Binlog source"),
        SINK("Replica sink");

        private final String title;

        Connector(String title) {
            this.title = title;
        }
    }

    private final Connector connector;
    private final String key;
    private final String description;
    /** With commas between them; empty for none. */
    private final String tags;

    Metric(Connector connector, String key, String description, String tags) {
        this.connector = connector;
        this.key = key;
        this.description = description;
        this.tags = tags;
    }

    /** Its name in JMX; names that end in {@code total} only grow while the task runs. */
    public String key() {
        return key;
    }

    public String description() {
        return description;
    }

    /** What tells its values apart, beside connector and task. */
    public List<String> tags() {
        return tags.isEmpty() ? List.of() : List.of(tags.split(",", -1));
    }

    /** All of them as a page of Markdown. */
    static String page() {
        var page = new StringBuilder("""
                # Metrics

                Made of the code; `MetricsPageTest` keeps it true.

                On Connect 4.1 and later these are the worker's own metrics of a plugin (KIP-877), so every metrics reporter of
                the worker gets them. On older workers they are in JMX only. In JMX the names are the same on both:

                    kafka.connect:type=plugins,connector=CONNECTOR,task=TASK[,TAG=VALUE...]

                `config/prometheus/jmx-exporter.yml` makes `binlog_replica_...` of them for Prometheus.
                Tags come in the order of the table. What only grows begins with 0 when a task starts.
                """);
        for (Connector each : Connector.values()) {
            page.append("\n## ").append(each.title).append("\n\n| Attribute | Tags | Meaning |\n|---|---|---|\n");
            for (Metric metric : values()) {
                if (metric.connector == each) {
                    page.append("| `")
                            .append(metric.key)
                            .append("` | ")
                            .append(metric.tags.isEmpty() ? "" : "`" + metric.tags.replace(",", "`, `") + "`")
                            .append(" | ")
                            .append(metric.description)
                            .append(" |\n");
                }
            }
        }
        return page.toString();
    }
}
