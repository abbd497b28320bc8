package io.binlogreplica.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of tables as a whole: DDL, or what a reader must know of a table before its rows.
 *
 * @param kind what the record is for
 * @param database the default database of the session that ran the statement; null where that has no part in it
 * @param ddl the statement as the primary ran it; where a copy begins, the table's own definition; where changes are left out, the
 *     reason; null where there is none
 * @param tables the tables after the change, with what happened to each
 * @param checksum what rows the table has in a range; null but for {@link Kind#CHECKSUM}
 * @param session in which the statement was run; null where there is none, or where the source does not tell
 */
public record TableChange(
        Kind kind,
        Origin origin,
        @Nullable String database,
        @Nullable String ddl,
        List<Table> tables,
        boolean last,
        @Nullable RangeChecksum checksum,
        @Nullable StatementSession session)
        implements Change {

    public TableChange {
        tables = List.copyOf(tables);
    }

    public TableChange(
            Kind kind,
            Origin origin,
            @Nullable String database,
            @Nullable String ddl,
            List<Table> tables,
            boolean last) {
        this(kind, origin, database, ddl, tables, last, null, null);
    }

    /** A statement that was run in that session. */
    public static TableChange ddl(
            Origin origin,
            String database,
            String statement,
            List<Table> tables,
            boolean last,
            StatementSession session) {
        return new TableChange(Kind.DDL, origin, database, statement, tables, last, null, session);
    }

    /** What rows a table has in a range. */
    public static TableChange checksum(Origin origin, @Nullable String database, Table table, RangeChecksum checksum) {
        return new TableChange(Kind.CHECKSUM, origin, database, null, List.of(table), true, checksum, null);
    }

    /** What a {@link TableChange} is for; {@code code} is the record's {@code replica.event}. */
    public enum Kind {
        /** The primary ran this DDL. */
        DDL("ddl"),
        /** The table as the next rows have it. */
        DEFINITION("definition"),
        /** The table is about to be copied as a whole: what the replica has of it is void. */
        COPY_STARTED("copy-started"),
        /** Likewise, of a table whose copy began before: its changes have been sent ever since, only its rows begin anew. */
        COPY_RESTARTED("copy-restarted"),
        /** The table's copy is complete: from here on every change must meet the row it names. */
        COPY_COMPLETED("copy-completed"),
        /** From here on the tables' changes are left out, until their copies begin; {@link #ddl} says why. */
        LEFT_OUT("left-out"),
        /** The transaction ends here, since its last rows are left out. */
        END("end"),
        /** What rows the table has at this place, for readers that want to know whether they have the same. */
        CHECKSUM("checksum");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }

        /** Whether what the replica has of the table is void. */
        public boolean beginsCopy() {
            return this == COPY_STARTED || this == COPY_RESTARTED;
        }

        static Kind of(@Nullable String code) {
            for (Kind kind : values()) {
                if (kind.code.equals(code)) {
                    return kind;
                }
            }
            return DDL;
        }
    }

    /** What happened to a table; the names are Debezium's. */
    public enum Type {
        CREATE,
        ALTER,
        DROP
    }

    /**
     * One table of the change.
     *
     * @param schema the table after it; null for {@link Type#DROP}, and where the source does not know it
     */
    public record Table(Type type, TableId id, @Nullable TableSchema schema) {}
}
