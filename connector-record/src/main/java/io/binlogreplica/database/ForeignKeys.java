package io.binlogreplica.database;

import io.binlogreplica.record.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All foreign keys of a server, and which tables they join. */
public final class ForeignKeys {

    private static final Logger log = LoggerFactory.getLogger(ForeignKeys.class);

    private static final int NO_SUCH_TABLE = 1146;
    private static final int NO_SUCH_DATABASE = 1049;

    private static final Pattern NAME = Pattern.compile("`((?:[^`]|``)+)`");
    private static final String NAMES = "((?:`(?:[^`]|``)+`(?:, ?|\\.)?)+)";
    /** As servers print it: a line for each constraint, all names in backticks. */
    private static final Pattern CONSTRAINT = Pattern.compile(
            "^\\s*CONSTRAINT " + NAMES + " FOREIGN KEY \\(" + NAMES + "\\) REFERENCES " + NAMES + " \\(" + NAMES
                    + "\\)(.*)$",
            Pattern.MULTILINE);

    private static final Pattern CHANGES_CHILDREN =
            Pattern.compile("ON (DELETE|UPDATE) (CASCADE|SET NULL|SET DEFAULT)");

    private final Map<TableId, List<ForeignKey>> byChild = new HashMap<>();
    private final Map<TableId, List<ForeignKey>> byParent = new HashMap<>();
    private final Map<TableId, Set<TableId>> groups = new HashMap<>();
    private final Set<TableId> cascadingInCircles = new HashSet<>();

    public ForeignKeys(Collection<ForeignKey> all) {
        for (ForeignKey key : all) {
            byChild.computeIfAbsent(key.child(), table -> new ArrayList<>()).add(key);
            byParent.computeIfAbsent(key.parent(), table -> new ArrayList<>()).add(key);
        }
        for (ForeignKey key : all) {
            if (!groups.containsKey(key.child())) {
                Set<TableId> group = joinedTo(key.child());
                group.forEach(table -> groups.put(table, group));
            }
        }
        var onCircles = new HashSet<TableId>();
        for (TableId table : byParent.keySet()) {
            if (cascadesTo(table).contains(table)) {
                onCircles.add(table);
            }
        }
        for (TableId table : byParent.keySet()) {
            if (!Collections.disjoint(cascadesTo(table), onCircles)) {
                cascadingInCircles.add(table);
            }
        }
    }

    /**
     * The foreign keys of some tables, by their definitions: {@code information_schema} hides foreign keys from users who may only
     * read the tables.
     *
     * @param definitions what {@code SHOW CREATE TABLE} says of each
     */
    public static ForeignKeys parse(Map<TableId, String> definitions) {
        var keys = new ArrayList<ForeignKey>();
        definitions.forEach((child, ddl) -> {
            Matcher constraint = CONSTRAINT.matcher(ddl);
            while (constraint.find()) {
                List<String> parent = names(constraint.group(3));
                keys.add(new ForeignKey(
                        names(constraint.group(1)).get(0),
                        child,
                        names(constraint.group(2)),
                        parent.size() == 1
                                ? new TableId(child.database(), parent.get(0))
                                : new TableId(parent.get(0), parent.get(1)),
                        names(constraint.group(4)),
                        CHANGES_CHILDREN.matcher(constraint.group(5)).find()));
            }
        });
        return new ForeignKeys(keys);
    }

    /**
     * Asks for the definitions of these tables; one that is gone has none.
     *
     * @throws SQLException also when the server cannot open one of them; the message names it
     */
    public static ForeignKeys of(Collection<TableId> tables, Connection connection) throws SQLException {
        return of(tables, connection, (table, e) -> {
            throw new SQLException(
                    "cannot read how table " + table + " is defined: " + e.getMessage(),
                    e.getSQLState(),
                    e.getErrorCode(),
                    e);
        });
    }

    /** Likewise, but a table that the server cannot open is passed over, as if it had none. */
    public static ForeignKeys ofReadable(Collection<TableId> tables, Connection connection) throws SQLException {
        return of(
                tables,
                connection,
                (table, e) -> log.warn(
                        "[HEALTH] the server cannot open table {}, whose foreign keys are not known: {}",
                        table,
                        e.getMessage()));
    }

    /** What to do about a table that the server cannot open. */
    private interface Unreadable {
        void met(TableId table, SQLException cause) throws SQLException;
    }

    private static ForeignKeys of(Collection<TableId> tables, Connection connection, Unreadable unreadable)
            throws SQLException {
        var definitions = new LinkedHashMap<TableId, String>();
        try (Statement statement = connection.createStatement()) {
            for (TableId table : tables) {
                try (ResultSet rows = statement.executeQuery("SHOW CREATE TABLE " + Identifier.quote(table))) {
                    rows.next();
                    definitions.put(table, rows.getString(2));
                } catch (SQLException e) {
                    if (SqlErrors.isTransient(e)) {
                        throw e;
                    }
                    if (e.getErrorCode() != NO_SUCH_TABLE && e.getErrorCode() != NO_SUCH_DATABASE) {
                        unreadable.met(table, e);
                    }
                }
            }
        }
        return parse(definitions);
    }

    private static List<String> names(String quoted) {
        var names = new ArrayList<String>();
        Matcher name = NAME.matcher(quoted);
        while (name.find()) {
            names.add(name.group(1).replace("``", "`"));
        }
        return names;
    }

    /** Foreign keys that the table has. */
    public List<ForeignKey> ofChild(TableId table) {
        return byChild.getOrDefault(table, List.of());
    }

    /** Foreign keys that refer to the table. */
    public List<ForeignKey> ofParent(TableId table) {
        return byParent.getOrDefault(table, List.of());
    }

    /** Whether changes of the table cascade to tables that cascade to each other; one that refers to itself does not count. */
    public boolean isCascadingInCircles(TableId table) {
        return cascadingInCircles.contains(table);
    }

    /** With the table itself only if the way comes back to it from another. */
    private Set<TableId> cascadesTo(TableId table) {
        var reached = new HashSet<TableId>();
        var next = new ArrayDeque<TableId>(List.of(table));
        while (!next.isEmpty()) {
            TableId parent = next.remove();
            for (ForeignKey key : ofParent(parent)) {
                if (key.cascades() && !key.child().equals(parent) && reached.add(key.child())) {
                    next.add(key.child());
                }
            }
        }
        return reached;
    }

    /** The table and all that foreign keys join it to, over any number of steps. */
    public Set<TableId> group(TableId table) {
        return groups.getOrDefault(table, Set.of(table));
    }

    private Set<TableId> joinedTo(TableId start) {
        var group = new HashSet<TableId>();
        var next = new ArrayDeque<TableId>(List.of(start));
        while (!next.isEmpty()) {
            TableId table = next.remove();
            if (group.add(table)) {
                ofChild(table).forEach(key -> next.add(key.parent()));
                ofParent(table).forEach(key -> next.add(key.child()));
            }
        }
        return group;
    }
}
