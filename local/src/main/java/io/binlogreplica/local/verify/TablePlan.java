package io.binlogreplica.local.verify;

import io.binlogreplica.checksum.ComparedColumn;
import io.binlogreplica.checksum.DigestForm;
import io.binlogreplica.checksum.RowSql;
import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a table is compared.
 *
 * @param sql by key where both servers order its rows alike, else by whole rows
 * @param leftOut columns that cannot be compared, with the reason
 * @param definition changes when the table does
 */
record TablePlan(TableId table, RowSql sql, List<String> leftOut, int definition) {

    /**
     * A table as one server has it.
     *
     * @param hasPrefixKey whether a unique index has only the beginning of a column
     * @param packetMax the server's max_allowed_packet
     */
    record Side(TableSchema schema, Flavor flavor, boolean hasPrefixKey, long packetMax) {}

    boolean isByKey() {
        return sql.keyColumns() > 0;
    }

    static TablePlan of(Side primary, Side replica) {
        TableSchema schema = primary.schema;
        long bytes = schema.columns().stream()
                .mapToLong(ComparedColumn::bytesMax)
                .filter(max -> max <= 65_535)
                .sum();
        boolean digestLong = bytes > Math.min(primary.packetMax, replica.packetMax) / 4;
        var compared = new ArrayList<ComparedColumn>();
        var leftOut = new ArrayList<String>();
        for (Column column : schema.columns()) {
            int other = replica.schema.indexOf(column.name());
            if (other >= 0) {
                try {
                    compared.add(ComparedColumn.of(
                            column, replica.schema.columns().get(other), primary.flavor == replica.flavor, digestLong));
                } catch (IllegalArgumentException e) {
                    leftOut.add(Objects.requireNonNull(e.getMessage()));
                }
            }
        }
        List<Column> key = isOrderedAlike(primary, replica)
                ? schema.key().stream().map(schema.columns()::get).toList()
                : List.of();
        return new TablePlan(
                schema.id(),
                new RowSql(Identifier.quote(schema.id()), key, compared),
                leftOut,
                Objects.hash(schema.fingerprint(), replica.schema.fingerprint()));
    }

    private static boolean isOrderedAlike(Side primary, Side replica) {
        return !primary.hasPrefixKey
                && !replica.hasPrefixKey
                && DigestForm.isOrderedAlike(primary.schema, primary.flavor, replica.schema, replica.flavor);
    }
}
