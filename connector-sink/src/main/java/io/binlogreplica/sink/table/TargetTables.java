package io.binlogreplica.sink.table;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.database.Identifier;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is known of the replica's tables. Asked once, and again after whatever may have changed them. */
public final class TargetTables {

    private static final int MAPPINGS_MAX = 20_000;

    private static final String NAME = "`((?:[^`]|``)+)`";
    /** As MariaDB prints it: a line for each period and key, names of a table's own in backticks. */
    private static final Pattern PERIOD =
            Pattern.compile("^ *PERIOD FOR `.*` \\(" + NAME + ", " + NAME + "\\)", Pattern.MULTILINE);

    private static final Pattern WITHOUT_OVERLAPS =
            Pattern.compile("^ *(PRIMARY|UNIQUE) KEY .* WITHOUT OVERLAPS\\)", Pattern.MULTILINE);

    private final Map<TableId, TargetTable> tables = new HashMap<>();
    /** By identity: a reader of changes gives the same object for the same version of a table. */
    private final IdentityHashMap<TableSchema, Mapping.Fit> fits = new IdentityHashMap<>();

    private @Nullable ForeignKeys foreignKeys;

    /**
     * How rows of that schema fit into the replica's table.
     *
     * @return null when the replica has no such table
     */
    public Mapping.@Nullable Fit fit(TableSchema source, Connection connection) throws SQLException {
        Mapping.Fit known = fits.get(source);
        if (known == null) {
            boolean wasKnown = tables.containsKey(source.id());
            known = find(source, connection);
            if (wasKnown && !(known instanceof Mapping.Fits)) {
                // somebody may have altered it for the rows that come now: topics of single tables bring no DDL
                forget(source.id());
                known = find(source, connection);
            }
            if (known == null) {
                return null;
            }
            if (fits.size() >= MAPPINGS_MAX) {
                fits.clear();
            }
            fits.put(source, known);
        }
        return known;
    }

    private Mapping.@Nullable Fit find(TableSchema source, Connection connection) throws SQLException {
        Mapping.Misnamed misnamed = misnamed(source.id(), connection);
        if (misnamed != null) {
            return misnamed;
        }
        TargetTable table = table(source.id(), connection);
        return table == null ? null : Mapping.fit(source, table);
    }

    /** Null when the replica has names as the primary has this one. */
    public Mapping.@Nullable Misnamed misnamed(TableId id, Connection connection) throws SQLException {
        TableId here = new InformationSchema(connection).nameHere(id);
        return here.equals(id) ? null : new Mapping.Misnamed(here);
    }

    /** The table, or null when the replica has none of that name. */
    public @Nullable TargetTable table(TableId id, Connection connection) throws SQLException {
        TargetTable known = tables.get(id);
        if (known == null) {
            var information = new InformationSchema(connection);
            TableSchema schema = information.table(id);
            if (schema == null) {
                return null;
            }
            known = new TargetTable(
                    schema,
                    uniqueKeys(schema, connection),
                    Database.flavor(connection) == Flavor.MARIADB ? period(schema, connection) : Set.of(),
                    information.isTransactional(id),
                    triggers(id, connection),
                    rounded(schema, connection));
            tables.put(id, known);
        }
        return known;
    }

    public ForeignKeys foreignKeys(Connection connection) throws SQLException {
        if (foreignKeys == null) {
            foreignKeys = ForeignKeys.ofReadable(new InformationSchema(connection).tables(), connection);
        }
        return foreignKeys;
    }

    /** Tables may have changed: ask again. */
    public void forget() {
        tables.clear();
        fits.clear();
        foreignKeys = null;
    }

    /** That table may have changed. */
    public void forget(TableId id) {
        tables.remove(id);
        fits.keySet().removeIf(source -> source.id().equals(id));
    }

    private static List<UniqueKey> uniqueKeys(TableSchema schema, Connection connection) throws SQLException {
        List<String> names = schema.columns().stream().map(Column::name).toList();
        Map<String, List<UniqueKey.Part>> parts = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS"
                        + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0"
                        + " ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX")) {
            statement.setString(1, schema.id().database());
            statement.setString(2, schema.id().table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    parts.computeIfAbsent(rows.getString(1), index -> new ArrayList<>())
                            .add(new UniqueKey.Part(names.indexOf(rows.getString(2)), rows.getInt(3)));
                }
            }
        }
        return parts.entrySet().stream()
                .map(index -> new UniqueKey(index.getKey(), index.getValue()))
                .toList();
    }

    /** Before MariaDB 11.4 nothing but the definition tells. */
    private static Set<Integer> period(TableSchema schema, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + Identifier.quote(schema.id()))) {
            row.next();
            return period(schema, row.getString(2));
        } catch (SQLException e) {
            if (SqlErrors.isTransient(e)) {
                throw e;
            }
            // a table that cannot be opened takes no rows
            return Set.of();
        }
    }

    static Set<Integer> period(TableSchema schema, String definition) {
        Matcher period = PERIOD.matcher(definition);
        return WITHOUT_OVERLAPS.matcher(definition).find() && period.find()
                ? Stream.of(period.group(1), period.group(2))
                        .map(name -> schema.indexOf(name.replace("``", "`")))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private static Map<String, Integer> rounded(TableSchema schema, Connection connection) throws SQLException {
        var rounded = new HashMap<String, Integer>();
        if (schema.columns().stream().noneMatch(column -> column.type().type().family() == SqlType.Family.FLOAT)) {
            return rounded;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT COLUMN_NAME, NUMERIC_SCALE FROM information_schema.COLUMNS"
                        + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND DATA_TYPE IN ('float', 'double')"
                        + " AND NUMERIC_SCALE IS NOT NULL")) {
            statement.setString(1, schema.id().database());
            statement.setString(2, schema.id().table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    rounded.put(rows.getString(1), rows.getInt(2));
                }
            }
        }
        return rounded;
    }

    private static List<String> triggers(TableId id, Connection connection) throws SQLException {
        var names = new ArrayList<String>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT TRIGGER_NAME FROM information_schema.TRIGGERS"
                        + " WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ? ORDER BY TRIGGER_NAME")) {
            statement.setString(1, id.database());
            statement.setString(2, id.table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }
}
