package io.binlogreplica.record.block;

import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.IdentityHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes one block after the other. Not for several threads. */
public final class BlockWriter {

    private final BlockOutput out = new BlockOutput();
    private final IdentityHashMap<TableSchema, Integer> tables = new IdentityHashMap<>();
    private @Nullable Origin place;
    private @Nullable String transaction;
    private long pos;
    private int changes;

    /** How many changes the block has. */
    public int changes() {
        return changes;
    }

    /** How long the block is. */
    public int size() {
        return out.size();
    }

    /** Adds a change of a row; {@link Op#TRUNCATE} is none. */
    public void add(RowChange row) {
        if (changes == 0) {
            out.addByte(Block.MAGIC);
            out.addByte(Block.VERSION);
        }
        int table = table(row.schema());
        RowChange.TransactionPlace within = row.transaction();
        place(row.origin(), within == null ? null : within.id());
        out.addByte(code(row.op()) + (row.last() ? Block.LAST : 0));
        out.addUnsigned(table);
        out.addUnsigned(row.flags());
        out.addSigned(row.origin().pos() - pos);
        pos = row.origin().pos();
        out.addUnsigned(row.origin().row());
        if (within != null) {
            out.addUnsigned(within.totalOrder());
            out.addUnsigned(within.collectionOrder());
        }
        image(row.before());
        image(row.after());
        changes++;
    }

    /** The block, or the first of it: up to a size that it had between two changes. The next change begins a new block. */
    public byte[] take(int size) {
        byte[] block = out.head(size);
        out.clear();
        tables.clear();
        place = null;
        transaction = null;
        pos = 0;
        changes = 0;
        return block;
    }

    private static int code(Op op) {
        return switch (op) {
            case CREATE -> Block.CREATE;
            case UPDATE -> Block.UPDATE;
            case DELETE -> Block.DELETE;
            case READ -> Block.READ;
            case TRUNCATE -> throw new IllegalArgumentException("not a change of a row");
        };
    }

    private int table(TableSchema schema) {
        Integer known = tables.get(schema);
        if (known == null) {
            known = tables.size();
            tables.put(schema, known);
            out.addByte(Block.TABLE);
            out.addText(schema.id().database());
            out.addText(schema.id().table());
            out.addSigned(schema.fingerprint());
            out.addUnsigned(schema.columns().size());
        }
        return known;
    }

    private void place(Origin origin, @Nullable String transactionId) {
        Origin last = place;
        if (last != null && isSame(origin, last) && Objects.equals(transactionId, transaction)) {
            return;
        }
        place = origin;
        transaction = transactionId;
        out.addByte(Block.PLACE);
        out.addSigned(origin.tsMicros());
        out.addText(origin.snapshot());
        Sequence sequence = origin.sequence();
        out.addByte(sequence == null ? 0 : 1);
        if (sequence != null) {
            out.addSigned(sequence.epoch());
            out.addSigned(sequence.transaction());
        }
        out.addUnsigned(origin.serverId());
        out.addOptionalText(origin.gtid());
        out.addText(origin.file());
        out.addOptionalText(origin.query());
        out.addOptionalText(transactionId);
    }

    private static boolean isSame(Origin origin, Origin last) {
        return origin.tsMicros() == last.tsMicros()
                && origin.serverId() == last.serverId()
                && origin.snapshot().equals(last.snapshot())
                && Objects.equals(origin.sequence(), last.sequence())
                && Objects.equals(origin.gtid(), last.gtid())
                && origin.file().equals(last.file())
                && Objects.equals(origin.query(), last.query());
    }

    private void image(@Nullable Object @Nullable [] row) {
        if (row != null) {
            for (Object value : row) {
                value(value);
            }
        }
    }

    private void value(@Nullable Object value) {
        if (value == null) {
            out.addByte(Block.NULL);
        } else if (value instanceof String text) {
            out.addByte(Block.TEXT);
            out.addText(text);
        } else if (value instanceof Integer number) {
            out.addByte(Block.INTEGER);
            out.addSigned(number);
        } else if (value instanceof Long number) {
            out.addByte(Block.LONG);
            out.addSigned(number);
        } else if (value instanceof byte[] bytes) {
            out.addByte(Block.BYTES);
            out.addBytes(bytes);
        } else if (value instanceof BigDecimal decimal) {
            out.addByte(Block.DECIMAL);
            decimal(decimal);
        } else if (value instanceof Short number) {
            out.addByte(Block.SHORT);
            out.addSigned(number);
        } else if (value instanceof Boolean bool) {
            out.addByte(bool ? Block.TRUE : Block.FALSE);
        } else if (value instanceof Double number) {
            out.addByte(Block.DOUBLE);
            out.addFixed(Double.doubleToRawLongBits(number), Double.BYTES);
        } else if (value instanceof Float number) {
            out.addByte(Block.FLOAT);
            out.addFixed(Float.floatToRawIntBits(number), Float.BYTES);
        } else if (value instanceof ExactValue exact) {
            out.addByte(Block.EXACT);
            out.addText(exact.text());
        } else {
            throw new IllegalArgumentException(
                    "no value of a column: a " + value.getClass().getName());
        }
    }

    private void decimal(BigDecimal decimal) {
        BigInteger unscaled = decimal.unscaledValue();
        out.addSigned(decimal.scale());
        out.addBytes(unscaled.toByteArray());
    }
}
