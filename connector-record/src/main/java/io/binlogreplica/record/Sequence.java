package io.binlogreplica.record;

import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Where a record stands in the stream of one source, in a form that any two records of it can be compared by. A source that
 * starts again from a saved offset gives the transactions it reads again the same numbers, so a reader knows what it has
 * applied already.
 *
 * @param epoch set when a source begins without a saved offset; a later beginning has a higher one
 * @param transaction how many transactions of the binlog the source had read in this epoch, this one included; a row read from a
 *     table has the number of the last transaction before it
 */
public record Sequence(long epoch, long transaction) implements Comparable<Sequence> {

    @Override
    public int compareTo(Sequence other) {
        int byEpoch = Long.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(transaction, other.transaction);
    }

    /** The form in {@code source.sequence}: a JSON array of two strings. */
    public String text() {
        return "[\"" + epoch + "\",\"" + transaction + "\"]";
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @return null for null, which is what records of other sources have here
     * @throws DataException for any other text
     */
    public static @Nullable Sequence parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int middle = text.indexOf("\",\"");
        if (!text.startsWith("[\"") || !text.endsWith("\"]") || middle < 0) {
            throw new DataException("source.sequence is not one of this connector's: " + text);
        }
        try {
            return new Sequence(
                    Long.parseLong(text, 2, middle, 10), Long.parseLong(text, middle + 3, text.length() - 2, 10));
        } catch (NumberFormatException e) {
            throw new DataException("source.sequence is not one of this connector's: " + text, e);
        }
    }
}
