package io.binlogreplica.sink.failure;

import io.binlogreplica.record.Op;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.table.Mapping;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The replica does not take a row, for a reason that will not pass. Its message has the key, and no other values. */
public final class RowFailure extends Exception {

    private static final long serialVersionUID = 1;

    private static final int DUPLICATE_KEY = 1062;

    private final boolean conflict;

    private RowFailure(String message, boolean conflict, @Nullable Throwable cause) {
        super(message, cause);
        this.conflict = conflict;
    }

    /** The replica refused it. */
    public static RowFailure refused(Located row, Mapping mapping, TopicPartition partition, SQLException cause) {
        return new RowFailure(
                describe(row, mapping, partition) + " was refused by the replica: error " + cause.getErrorCode() + ", "
                        + cause.getMessage() + ".",
                ((RowChange) row.change()).op() == Op.CREATE && cause.getErrorCode() == DUPLICATE_KEY,
                cause);
    }

    /** It is not there, or there more than once. */
    public static RowFailure notMet(Located row, Mapping mapping, TopicPartition partition, long met) {
        return new RowFailure(
                describe(row, mapping, partition) + " met " + met
                        + " rows of the replica where it should meet 1: the replica's table is not as the primary's was.",
                true,
                null);
    }

    /** It always has one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** Whether the row is not there, or is there already, or is another than the primary had. */
    public boolean isConflict() {
        return conflict;
    }

    private static String describe(Located located, Mapping mapping, TopicPartition partition) {
        RowChange row = (RowChange) located.change();
        return row.op().name().toLowerCase(Locale.ROOT) + " in table " + mapping.table() + ", "
                + row.keyText(mapping.key()) + ", at " + row.origin().place() + ", record " + partition + "@"
                + located.offset() + ",";
    }
}
