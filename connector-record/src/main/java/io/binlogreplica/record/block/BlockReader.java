package io.binlogreplica.record.block;

import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Reads a block. */
public final class BlockReader {

    /** Finds a table's definition in the version that its rows were written with. */
    public interface Definitions {
        /**
         * The definition.
         *
         * @throws DataException when that version is not known
         */
        TableSchema find(TableId table, int fingerprint);
    }

    private final BlockInput in;
    private final Definitions definitions;
    private final List<TableSchema> tables = new ArrayList<>();
    private @Nullable Place place;
    private long pos;

    private record Place(
            long tsMicros,
            String snapshot,
            @Nullable Sequence sequence,
            long serverId,
            @Nullable String gtid,
            String file,
            @Nullable String query,
            @Nullable String transaction) {}

    private BlockReader(byte[] block, Definitions definitions) {
        this.in = new BlockInput(block);
        this.definitions = definitions;
    }

    /**
     * The changes of a block in their order.
     *
     * @throws DataException when it is no block, one of a later version, or damaged
     */
    public static List<RowChange> read(byte[] block, Definitions definitions) {
        return new BlockReader(block, definitions).changes();
    }

    private List<RowChange> changes() {
        if (in.nextByte() != Block.MAGIC) {
            throw new DataException("these bytes are no block of changes");
        }
        int version = in.nextByte();
        if (version != Block.VERSION) {
            throw new DataException("a block of version " + version + ", this sink knows version " + Block.VERSION
                    + ": upgrade the sink connector before the source connector");
        }
        var changes = new ArrayList<RowChange>();
        while (in.hasMore()) {
            int entry = in.nextByte();
            switch (entry) {
                case Block.TABLE -> tables.add(table());
                case Block.PLACE -> place = place();
                default -> changes.add(row(entry));
            }
        }
        return changes;
    }

    private TableSchema table() {
        TableId id = new TableId(in.nextText(), in.nextText());
        TableSchema schema = definitions.find(id, (int) in.nextSigned());
        int columns = in.nextInt();
        if (columns != schema.columns().size()) {
            throw new DataException("rows of table " + id + " with " + columns + " columns, its definition has "
                    + schema.columns().size());
        }
        return schema;
    }

    private Place place() {
        return new Place(
                in.nextSigned(),
                in.nextText(),
                in.nextByte() == 0 ? null : new Sequence(in.nextSigned(), in.nextSigned()),
                in.nextUnsigned(),
                in.nextOptionalText(),
                in.nextText(),
                in.nextOptionalText(),
                in.nextOptionalText());
    }

    private RowChange row(int entry) {
        Place at = place;
        int number = in.nextInt();
        if (at == null || number < 0 || number >= tables.size()) {
            throw damaged();
        }
        TableSchema schema = tables.get(number);
        int flags = in.nextInt();
        pos += in.nextSigned();
        var origin = new Origin(
                at.tsMicros,
                at.snapshot,
                schema.id(),
                at.sequence,
                at.serverId,
                at.gtid,
                at.file,
                pos,
                in.nextInt(),
                at.query);
        RowChange.TransactionPlace transaction = at.transaction == null
                ? null
                : new RowChange.TransactionPlace(at.transaction, in.nextUnsigned(), in.nextUnsigned());
        int columns = schema.columns().size();
        return switch (entry & ~Block.LAST) {
            case Block.UPDATE ->
                row(schema, Op.UPDATE, image(columns), image(columns), origin, transaction, flags, entry);
            case Block.DELETE -> row(schema, Op.DELETE, image(columns), null, origin, transaction, flags, entry);
            case Block.CREATE -> row(schema, Op.CREATE, null, image(columns), origin, transaction, flags, entry);
            case Block.READ -> row(schema, Op.READ, null, image(columns), origin, transaction, flags, entry);
            default -> throw damaged();
        };
    }

    private static RowChange row(
            TableSchema schema,
            Op op,
            @Nullable Object @Nullable [] before,
            @Nullable Object @Nullable [] after,
            Origin origin,
            RowChange.@Nullable TransactionPlace transaction,
            int flags,
            int entry) {
        return new RowChange(schema, op, before, after, origin, transaction, flags, (entry & Block.LAST) != 0);
    }

    private @Nullable Object[] image(int columns) {
        var values = new @Nullable Object[columns];
        for (int i = 0; i < columns; i++) {
            values[i] = value();
        }
        return values;
    }

    private @Nullable Object value() {
        int type = in.nextByte();
        return switch (type) {
            case Block.NULL -> null;
            case Block.SHORT -> (short) in.nextSigned();
            case Block.INTEGER -> (int) in.nextSigned();
            case Block.LONG -> in.nextSigned();
            case Block.FALSE -> false;
            case Block.TRUE -> true;
            case Block.FLOAT -> Float.intBitsToFloat((int) in.nextFixed(Float.BYTES));
            case Block.DOUBLE -> Double.longBitsToDouble(in.nextFixed(Double.BYTES));
            case Block.DECIMAL -> decimal();
            case Block.TEXT -> in.nextText();
            case Block.BYTES -> in.nextBytes();
            case Block.EXACT -> new ExactValue(in.nextText());
            default -> throw new DataException("a value of unknown type " + type + " before byte " + in.position());
        };
    }

    private DataException damaged() {
        return new DataException("the block is damaged before byte " + in.position());
    }

    private BigDecimal decimal() {
        int scale = (int) in.nextSigned();
        return new BigDecimal(new BigInteger(in.nextBytes()), scale);
    }
}
