package io.binlogreplica.sink.apply;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.ForeignKey;
import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.batch.ChangeBatch;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.config.LayoutConfig;
import io.binlogreplica.sink.config.SchemaDriftPolicy;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.drift.StructureDrift;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.TargetTable;
import io.binlogreplica.sink.table.TargetTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is different where each table has a topic of its own: no DDL comes with the rows, so tables are made as the rows' schemas have
 * them; and what needs an order across tables or keys is not to be had.
 */
final class TableLayout {

    private static final Logger log = LoggerFactory.getLogger(TableLayout.class);

    /** Characters of a key's text, where nothing tells how many there may be: what an index has room for. */
    private static final int KEY_CHARACTERS = 255;

    private static final int DUPLICATE_COLUMN = 1060;
    private static final int TABLE_EXISTS = 1050;

    private final SinkConfig config;
    private final Connection connection;
    private final TargetTables targets;
    /** By identity, as a reader of changes gives them: looked at already. */
    private final Set<TableSchema> prepared = Collections.newSetFromMap(new IdentityHashMap<>());

    private final Set<TableId> permitted = new HashSet<>();

    TableLayout(SinkConfig config, Connection connection, TargetTables targets) {
        this.config = config;
        this.connection = connection;
        this.targets = targets;
    }

    /** Tables may have changed. */
    void forget() {
        prepared.clear();
        permitted.clear();
    }

    /** Makes tables and columns that a batch needs and the replica lacks. The replica commits these by itself: before all rows. */
    void prepare(ChangeBatch batch) throws SQLException {
        if (!config.layout().isTable()) {
            return;
        }
        for (Located located : batch.changes()) {
            if (located.change() instanceof RowChange row && !prepared.contains(row.schema())) {
                prepare(row.schema());
                // not before: another task may be in the way, and then it is tried again
                prepared.add(row.schema());
            }
        }
    }

    private void prepare(TableSchema schema) throws SQLException {
        if (targets.misnamed(schema.id(), connection) != null) {
            return;
        }
        TargetTable table = targets.table(schema.id(), connection);
        if (table == null) {
            if (config.apply().createTables()) {
                create(schema);
            }
        } else if (config.failures().structure() == SchemaDriftPolicy.EVOLVE) {
            addColumns(schema, table.schema());
        }
    }

    private void create(TableSchema schema) throws SQLException {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            parts.add(definition(schema.columns().get(i), schema.key().contains(i)));
        }
        if (schema.hasKey()) {
            parts.add(schema.keyNames().stream()
                    .map(Identifier::quote)
                    .collect(Collectors.joining(", ", "PRIMARY KEY (", ")")));
        }
        run("CREATE DATABASE IF NOT EXISTS " + Identifier.quote(schema.id().database()), 0);
        run(
                "CREATE TABLE " + Identifier.quote(schema.id()) + " (" + String.join(", ", parts)
                        + ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
                TABLE_EXISTS);
        log.info("[DDL] {} created, as its rows' schema has it", schema.id());
        targets.forget();
    }

    private void addColumns(TableSchema schema, TableSchema table) throws SQLException {
        for (Column column : schema.columns()) {
            if (table.indexOf(column.name()) < 0) {
                var added = new Column(column.name(), column.type(), true, Column.Generated.NO);
                run(
                        "ALTER TABLE " + Identifier.quote(schema.id()) + " ADD COLUMN " + definition(added, false),
                        DUPLICATE_COLUMN);
                log.info("[DDL] {}: column {} added, as its rows' schema has it", schema.id(), column.name());
                targets.forget();
            }
        }
    }

    /** Another task may have done it at the same time. */
    private void run(String sql, int tolerated) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            if (e.getErrorCode() != tolerated) {
                throw e;
            }
        }
    }

    private String definition(Column column, boolean inKey) throws SQLException {
        ColumnType type = column.type();
        String name = type.columnType();
        if (inKey && type.type() == SqlType.LONGTEXT) {
            name = "varchar(" + KEY_CHARACTERS + ")";
        } else if (inKey && type.type() == SqlType.LONGBLOB) {
            name = "varbinary(" + KEY_CHARACTERS + ")";
        }
        String charset = type.charset() == null || type.type().family() == SqlType.Family.JSON
                ? ""
                : " CHARACTER SET " + type.charset();
        String collation = charset.isEmpty() ? "" : collation(type, inKey);
        return Identifier.quote(column.name()) + " " + name + charset + collation
                + (column.nullable() && !inKey ? " NULL" : " NOT NULL");
    }

    /** Where the primary's is not known, keys differ as those of records do: in each byte. */
    private String collation(ColumnType type, boolean inKey) throws SQLException {
        if (type.collation() != null) {
            return " COLLATE " + type.collation();
        }
        if (!inKey) {
            return "";
        }
        if (Database.flavor(connection) == Flavor.MARIADB) {
            return " COLLATE " + type.charset() + "_nopad_bin";
        }
        return " COLLATE " + type.charset() + ("utf8mb4".equals(type.charset()) ? "_0900_bin" : "_bin");
    }

    /**
     * Whether the table's rows can be applied from a topic of their own.
     *
     * @throws StructureDrift when they cannot, and nobody has accepted that
     */
    void require(Mapping mapping) throws SQLException, StructureDrift {
        TableId table = mapping.table();
        if (!config.layout().isTable() || permitted.contains(table)) {
            return;
        }
        var limits = new ArrayList<String>();
        if (mapping.key().isEmpty() || !mapping.source().hasKey()) {
            limitWithoutKey(limits);
        }
        List<String> others = mapping.target().uniqueKeys().stream()
                .filter(unique -> !unique.parts().stream()
                        .map(part -> part.column() < 0 ? -1 : mapping.sourceOf().get(part.column()))
                        .toList()
                        .equals(mapping.key()))
                .map(unique -> unique.name())
                .toList();
        if (!mapping.key().isEmpty() && !others.isEmpty()) {
            limit(
                    LayoutConfig.Limit.UNIQUE_KEYS,
                    "it has unique indexes beside its key (" + String.join(", ", others)
                            + "), and a value may be given to one row before it is taken from another",
                    limits);
        }
        List<String> cascading = targets.foreignKeys(connection).ofParent(table).stream()
                .filter(ForeignKey::cascades)
                .map(key -> key.child() + "." + key.name())
                .toList();
        if (!cascading.isEmpty()) {
            limit(
                    LayoutConfig.Limit.CASCADES,
                    "foreign keys cascade from it (" + String.join(", ", cascading)
                            + "), and what cascades is not in the children's topics",
                    limits);
        }
        if (!limits.isEmpty()) {
            throw StructureDrift.notInOrder(table, limits);
        }
        permitted.add(table);
    }

    /**
     * Whether the table can be emptied where its topic says so: a partition does not tell which rows of the others are older.
     *
     * @throws StructureDrift when it cannot, and nobody has accepted that
     */
    void requireTruncate(TableId id) throws SQLException, StructureDrift {
        TargetTable table = config.layout().isTable() ? targets.table(id, connection) : null;
        if (table == null) {
            return;
        }
        var limits = new ArrayList<String>();
        if (table.schema().hasKey()) {
            limit(
                    LayoutConfig.Limit.TRUNCATE,
                    "it was truncated, which is in one partition of its topic, and which rows of the others are older is not"
                            + " known",
                    limits);
        } else {
            limitWithoutKey(limits);
        }
        if (!limits.isEmpty()) {
            throw StructureDrift.notInOrder(id, limits);
        }
    }

    private void limitWithoutKey(List<String> limits) {
        limit(LayoutConfig.Limit.NO_KEY, "it has no key, so its rows' order is not kept", limits);
    }

    private void limit(LayoutConfig.Limit limit, String reason, List<String> limits) {
        if (!config.layout().accepted().contains(limit)) {
            limits.add(reason + " (" + limit + " in " + LayoutConfig.ACCEPTED + " accepts that)");
        }
    }
}
