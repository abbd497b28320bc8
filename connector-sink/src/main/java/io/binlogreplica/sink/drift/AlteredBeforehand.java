package io.binlogreplica.sink.drift;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.TargetTables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the replica has, beyond doubt, all that a statement was to bring about which it refuses: somebody has altered it beforehand, or
 * the topic is applied once more. What the statement does to rows, and what foreign keys do, has to be the same too.
 */
public final class AlteredBeforehand {

    private static final int DATABASE_EXISTS = 1007;
    private static final int NO_SUCH_DATABASE = 1008;
    private static final int TABLE_EXISTS = 1050;
    private static final int COLUMN_EXISTS = 1060;
    private static final int INDEX_EXISTS = 1061;
    private static final int NO_SUCH_COLUMN_OR_INDEX = 1091;

    /** What may be more than one column, or one index, that comes or goes, or that gives rows values. Texts and comments may hide it. */
    private static final Pattern MORE = Pattern.compile(
            "['\"#]|--|/\\*|,(?![^()]*\\))|\\bADD\\s*(?:COLUMN\\s*)?\\(|\\bDEFAULT\\b(?!\\s+NULL\\b)"
                    + "|\\b(?:CONSTRAINT|FOREIGN|REFERENCES)\\b",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern FOREIGN_KEYS = Pattern.compile("\\bREFERENCES\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern NAME = Pattern.compile("'(.+)'");

    private final TargetTables targets;
    private final Connection connection;

    public AlteredBeforehand(TargetTables targets, Connection connection) {
        this.targets = targets;
        this.connection = connection;
    }

    /**
     * Looks at the tables as they are now.
     *
     * @param sql what the replica was to run
     * @param refusal why it did not
     */
    public boolean has(TableChange change, String sql, SQLException refusal) throws SQLException {
        targets.forget();
        for (TableChange.Table table : change.tables()) {
            if (!has(table, sql, refusal)) {
                return false;
            }
        }
        return !change.tables().isEmpty()
                || refusal.getErrorCode() == DATABASE_EXISTS
                || refusal.getErrorCode() == NO_SUCH_DATABASE;
    }

    private boolean has(TableChange.Table table, String sql, SQLException refusal) throws SQLException {
        if (table.type() == TableChange.Type.DROP) {
            return targets.table(table.id(), connection) == null;
        }
        TableSchema schema = table.schema();
        if (schema == null) {
            return false;
        }
        return switch (refusal.getErrorCode()) {
            case TABLE_EXISTS -> table.type() == TableChange.Type.CREATE && isCreated(schema, sql);
            case COLUMN_EXISTS -> isOneThing(sql) && isLike(schema) && isNull(schema, refusal);
            case INDEX_EXISTS, NO_SUCH_COLUMN_OR_INDEX -> isOneThing(sql) && isLike(schema);
            default -> false;
        };
    }

    private boolean isCreated(TableSchema schema, String sql) throws SQLException {
        return isLike(schema)
                && !FOREIGN_KEYS.matcher(sql).find()
                && targets.foreignKeys(connection).ofChild(schema.id()).isEmpty()
                && !hasRow(schema.id(), "");
    }

    static boolean isOneThing(String sql) {
        return !MORE.matcher(sql).find();
    }

    /** Whether the replica's table has the same columns and key, and no more. */
    private boolean isLike(TableSchema schema) throws SQLException {
        if (targets.fit(schema, connection) instanceof Mapping.Fits fits) {
            TableSchema here = fits.mapping().target().schema();
            return here.columns().size() == schema.columns().size()
                    && here.keyNames().equals(schema.keyNames());
        }
        return false;
    }

    /** Whether all rows have NULL in the column that is there already, as rows have on the primary where it was added. */
    private boolean isNull(TableSchema schema, SQLException refusal) throws SQLException {
        Matcher name = NAME.matcher(String.valueOf(refusal.getMessage()));
        int index = name.find() ? schema.indexOf(name.group(1)) : -1;
        return index >= 0
                && schema.columns().get(index).nullable()
                && !schema.columns().get(index).isGenerated()
                && !hasRow(schema.id(), " WHERE " + Identifier.quote(name.group(1)) + " IS NOT NULL");
    }

    private boolean hasRow(TableId table, String condition) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT 1 FROM " + Identifier.quote(table) + condition + " LIMIT 1")) {
            return rows.next();
        }
    }
}
