package io.binlogreplica.local.comparison;

import io.binlogreplica.local.comparison.RowDifference.Kind;
import io.binlogreplica.local.comparison.RowDifference.Values;
import io.binlogreplica.local.comparison.TableSide.CountedRow;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows of one table: by checksum, and where those differ row by row. Needs the same memory for a table of any size.
 */
final class TableComparison {

    /** As many rows are looked at one by one, of the first buckets that differ. */
    private static final int ROWS_MAX = 20_000;

    private final TableSide primary;
    private final TableSide replica;
    private final BothSides bothSides;
    private final int differencesMax;

    TableComparison(TableSide primary, TableSide replica, BothSides bothSides, int differencesMax) {
        this.primary = primary;
        this.replica = replica;
        this.bothSides = bothSides;
        this.differencesMax = differencesMax;
    }

    TableResult compare(LongConsumer progress) throws SQLException, InterruptedException {
        var checksums = bothSides.run(() -> primary.checksum(progress), () -> replica.checksum(rows -> {}));
        TableChecksum primaryRows = checksums.primary();
        TableChecksum replicaRows = checksums.replica();
        progress.accept(primaryRows.rows());
        BitSet differing = primaryRows.differingFrom(replicaRows);
        if (differing.isEmpty()) {
            return new TableResult(primary.table(), primaryRows.rows(), replicaRows.rows(), List.of(), true);
        }
        BitSet looked = firstOf(differing, primaryRows, replicaRows);
        List<RowDifference> differences = differencesIn(looked);
        // none at all means that the rows changed between the two looks, as only tables without transactions can
        boolean complete = looked.equals(differing) && !differences.isEmpty() && differences.size() <= differencesMax;
        return new TableResult(
                primary.table(),
                primaryRows.rows(),
                replicaRows.rows(),
                differences.subList(0, Math.min(differences.size(), differencesMax)),
                complete);
    }

    private static BitSet firstOf(BitSet differing, TableChecksum primaryRows, TableChecksum replicaRows) {
        var first = new BitSet();
        long rows = 0;
        for (int bucket = differing.nextSetBit(0);
                bucket >= 0 && rows < ROWS_MAX;
                bucket = differing.nextSetBit(bucket + 1)) {
            first.set(bucket);
            rows += primaryRows.rows(bucket) + replicaRows.rows(bucket);
        }
        return first;
    }

    private List<RowDifference> differencesIn(BitSet buckets) throws SQLException, InterruptedException {
        var rows = bothSides.run(() -> primary.rowsIn(buckets), () -> replica.rowsIn(buckets));
        Map<ByteBuffer, CountedRow> onReplica = rows.replica();
        var differences = new ArrayList<RowDifference>();
        rows.primary().forEach((key, row) -> {
            CountedRow other = onReplica.remove(key);
            if (other == null) {
                differences.add(difference(Kind.MISSING, row, row.count()));
            } else if (other.count() < row.count()) {
                differences.add(difference(Kind.MISSING, row, row.count() - other.count()));
            } else if (other.count() > row.count()) {
                differences.add(difference(Kind.EXTRA, row, other.count() - row.count()));
            } else {
                Map<String, Values> columns = columnsThatDiffer(row, other);
                if (!columns.isEmpty()) {
                    differences.add(new RowDifference(Kind.CHANGED, name(row), columns));
                }
            }
        });
        onReplica.values().forEach(row -> differences.add(difference(Kind.EXTRA, row, row.count())));
        return differences;
    }

    private RowDifference difference(Kind kind, CountedRow row, int times) {
        return new RowDifference(kind, name(row) + (times == 1 ? "" : " (" + times + " times)"), Map.of());
    }

    private Map<String, Values> columnsThatDiffer(CountedRow row, CountedRow other) {
        var differing = new LinkedHashMap<String, Values>();
        List<@Nullable ByteBuffer> values = RowImage.values(row.image());
        List<@Nullable ByteBuffer> others = RowImage.values(other.image());
        for (int i = 0; i < values.size(); i++) {
            if (!Objects.equals(values.get(i), others.get(i))) {
                differing.put(
                        primary.columns().get(i),
                        new Values(RowImage.text(values.get(i)), RowImage.text(others.get(i))));
            }
        }
        return differing;
    }

    /** The row's key, or all of it. */
    private String name(CountedRow row) {
        List<@Nullable ByteBuffer> values = RowImage.values(row.image());
        return IntStream.range(0, primary.keyColumns())
                .mapToObj(i -> primary.columns().get(i) + "=" + RowImage.text(values.get(i)))
                .collect(Collectors.joining(", "));
    }
}
