package io.binlogreplica.source.schema;

import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import org.jspecify.annotations.Nullable;

/** The primary's tables as they are now, which may be later than the binlog that is being read. */
public interface PresentTables {

    /** MariaDB's sequences, which are tables of one row. */
    String SEQUENCE = "SEQUENCE";

    String VIEW = "VIEW";

    /** MariaDB's tables that keep rows which are no more. */
    String VERSIONED = "SYSTEM VERSIONED";

    /**
     * The table's definition.
     *
     * @return null when there is none of that name
     * @throws java.io.UncheckedIOException when the primary cannot be asked
     */
    @Nullable
    TableSchema find(TableId table);

    /**
     * What the server calls it, such as {@link #SEQUENCE}.
     *
     * @return null when there is none of that name
     * @throws java.io.UncheckedIOException when the primary cannot be asked
     */
    @Nullable
    String type(TableId table);

    /**
     * Whether the server has all names of tables in lower case, whatever statements have.
     *
     * @throws java.io.UncheckedIOException when the primary cannot be asked
     */
    boolean namesAreInLowerCase();

    /**
     * The table's definition, and where in the binlog it is like that.
     *
     * @return null when there is none of that name
     * @throws java.io.UncheckedIOException when the primary cannot be asked
     */
    @Nullable
    DatedDefinition findDated(TableId table);
}
