package io.binlogreplica.source.signal;

import io.binlogreplica.record.KeyRange;
import java.util.List;
import java.util.Map;

/** Something that is asked of a source; in Debezium's words, where these have it. */
sealed interface Signal {

    /**
     * Tables are to be copied once more.
     *
     * @param tables regular expressions that match a whole {@code database.table}, or exactly such names
     * @param filters conditions in SQL on the rows to copy, by such an expression
     */
    record ExecuteSnapshot(List<String> tables, Map<String, String> filters) implements Signal {
        public ExecuteSnapshot {
            tables = List.copyOf(tables);
            filters = Map.copyOf(filters);
        }
    }

    /**
     * Copies are to end where they are.
     *
     * @param tables whose; empty for all
     */
    record StopSnapshot(List<String> tables) implements Signal {
        public StopSnapshot {
            tables = List.copyOf(tables);
        }
    }

    /**
     * The digests of single rows are wanted.
     *
     * @param tables as above
     */
    record DigestRows(List<String> tables, KeyRange range) implements Signal {
        public DigestRows {
            tables = List.copyOf(tables);
        }
    }

    /** No more is to be copied for now. */
    record PauseSnapshot() implements Signal {}

    /** Copies are to go on. */
    record ResumeSnapshot() implements Signal {}
}
