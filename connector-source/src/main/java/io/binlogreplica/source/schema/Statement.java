package io.binlogreplica.source.schema;

import io.binlogreplica.record.TableId;
import io.binlogreplica.source.schema.SqlTokens.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a statement in the binlog is, and which tables it is about.
 *
 * @param kind what it is
 * @param actions what it does to which tables; for DML and DDL. Empty for DML whose table was not found
 * @param database the database that a {@link Kind#DATABASE} or {@link Kind#DROP_DATABASE} statement is about; null for all others
 */
public record Statement(
        Kind kind, List<Action> actions, @Nullable String database) {

    /** Functions that give other values wherever they are called, without arguments: tables and indexes may have such names too. */
    private static final Set<String> UNREPEATABLE = Set.of(
            "UUID",
            "UUID_SHORT",
            "UUID_V4",
            "UUID_V7",
            "SYS_GUID",
            "RAND",
            "CONNECTION_ID",
            "LAST_INSERT_ID",
            "USER",
            "SESSION_USER",
            "SYSTEM_USER",
            "CURRENT_USER",
            "CURRENT_ROLE",
            "VERSION");

    /** Likewise, with arguments. */
    private static final Set<String> UNREPEATABLE_OF = Set.of("RANDOM_BYTES", "NEXTVAL", "LASTVAL", "SYSDATE");

    /** Likewise, without parentheses too; a column may have such a name (MySQL). */
    private static final Set<String> UNREPEATABLE_ALONE = Set.of("CURRENT_USER", "CURRENT_ROLE");

    /** Enough for the tables of any DROP TABLE or RENAME TABLE that a person writes, and few for a long CREATE TABLE. */
    private static final int TOKENS_MAX = 5_000;

    public Statement {
        actions = List.copyOf(actions);
    }

    /** What a statement is to a reader of changes. */
    public enum Kind {
        BEGIN,
        COMMIT,
        ROLLBACK,
        /** Inside a transaction, without effect on what was logged of it: savepoints. */
        SAVEPOINT,
        XA,
        /** Changes tables. */
        TABLE,
        /** Creates or alters a whole database. */
        DATABASE,
        /** Drops one, and with it all its tables. */
        DROP_DATABASE,
        /** Changes rows, in statement format. */
        DML,
        /** Calls what changes rows, in statement format. */
        CALL,
        /** Nothing that rows depend on: users, views, routines, maintenance. */
        OTHER
    }

    /** What is done to a table. */
    public enum Verb {
        CREATE,
        /** Unless there is one of that name. */
        CREATE_IF_ABSENT,
        /** Creates, with the rows that a query finds. */
        FILL,
        ALTER,
        /** A partition's rows and another table's change places; or rows come with a file, then there is no other table. */
        EXCHANGE,
        /** Alters, and does to rows what another run of the statement need not do: partitions come to be tables, values are random. */
        REWRITE,
        DROP,
        RENAME,
        TRUNCATE,
        WRITE
    }

    /**
     * One table of a statement.
     *
     * @param to the new name, or the other table of a partition that comes or goes; null when there is none
     */
    public record Action(Verb verb, TableId table, @Nullable TableId to) {}

    /**
     * Reads a statement.
     *
     * @param defaultDatabase of the session that ran it
     * @param sqlMode likewise, the bits of {@code sql_mode}
     */
    public static Statement parse(String sql, String defaultDatabase, long sqlMode) {
        if (sql.equals("BEGIN")) {
            return plain(Kind.BEGIN);
        }
        return new Parser(SqlTokens.of(sql, sqlMode, TOKENS_MAX), defaultDatabase).statement();
    }

    /** The same on a server that has all names in lower case, whatever statements have. */
    public Statement inLowerCase() {
        return new Statement(
                kind,
                actions.stream()
                        .map(action -> new Action(
                                action.verb(),
                                lowerCase(action.table()),
                                action.to() == null ? null : lowerCase(action.to())))
                        .toList(),
                database == null ? null : database.toLowerCase(Locale.ROOT));
    }

    private static TableId lowerCase(TableId table) {
        return new TableId(
                table.database().toLowerCase(Locale.ROOT), table.table().toLowerCase(Locale.ROOT));
    }

    /** Whether the statement may change how the table is defined. */
    public boolean concerns(TableId table) {
        return switch (kind) {
            case DATABASE, DROP_DATABASE -> table.database().equals(database);
            case TABLE ->
                actions.isEmpty()
                        || actions.stream()
                                .anyMatch(action -> action.table().equals(table) || table.equals(action.to()));
            default -> false;
        };
    }

    private static Statement plain(Kind kind) {
        return new Statement(kind, List.of(), null);
    }

    /** Goes through the tokens once. */
    private static final class Parser {

        private final List<Token> tokens;
        private final String defaultDatabase;
        private final List<Action> actions = new ArrayList<>();
        private int at;

        Parser(List<Token> tokens, String defaultDatabase) {
            this.tokens = tokens;
            this.defaultDatabase = defaultDatabase;
        }

        Statement statement() {
            if (at >= tokens.size()) {
                return plain(Kind.OTHER);
            }
            return switch (tokens.get(at++).text().toUpperCase(Locale.ROOT)) {
                case "BEGIN" -> plain(Kind.BEGIN);
                case "START" -> plain(accept("TRANSACTION") ? Kind.BEGIN : Kind.OTHER);
                case "COMMIT" -> plain(Kind.COMMIT);
                case "ROLLBACK" -> {
                    accept("WORK");
                    yield plain(accept("TO") ? Kind.SAVEPOINT : Kind.ROLLBACK);
                }
                case "SAVEPOINT", "RELEASE" -> plain(Kind.SAVEPOINT);
                case "XA" -> plain(Kind.XA);
                case "CREATE" -> create();
                case "ALTER" -> alter();
                case "DROP" -> drop();
                case "RENAME" -> rename();
                case "TRUNCATE" -> truncate();
                case "INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD", "WITH" -> dml();
                // logged for the functions in it, which change rows
                case "SELECT", "DO", "CALL" -> plain(Kind.CALL);
                case "SET" -> accept("STATEMENT") ? withSettings() : plain(Kind.OTHER);
                default -> plain(Kind.OTHER);
            };
        }

        /** MariaDB's SET STATEMENT variable = value, ... FOR statement. */
        private Statement withSettings() {
            int depth = 0;
            while (at < tokens.size()) {
                Token token = tokens.get(at++);
                depth += nesting(token);
                if (depth == 0 && token.is("FOR")) {
                    return statement();
                }
            }
            return plain(Kind.OTHER);
        }

        private Statement create() {
            if (accept("OR")) {
                accept("REPLACE");
            }
            if (accept("TEMPORARY")) {
                return plain(Kind.OTHER);
            }
            if (accept("TABLE")) {
                boolean ifAbsent = acceptAll("IF", "NOT", "EXISTS");
                // in row format a query's rows follow, and the statement is logged without it
                boolean fills = tokens.subList(at, tokens.size()).stream().anyMatch(token -> token.is("SELECT"));
                return one(fills ? Verb.FILL : ifAbsent ? Verb.CREATE_IF_ABSENT : Verb.CREATE);
            }
            if (accept("DATABASE") || accept("SCHEMA")) {
                acceptAll("IF", "NOT", "EXISTS");
                return database();
            }
            return index();
        }

        private Statement alter() {
            int begin = at;
            acceptAny("ONLINE", "OFFLINE", "IGNORE");
            boolean ignores = tokens.subList(begin, at).stream().anyMatch(token -> token.is("IGNORE"));
            if (accept("DATABASE") || accept("SCHEMA")) {
                return database();
            }
            if (!accept("TABLE")) {
                return plain(Kind.OTHER);
            }
            acceptAll("IF", "EXISTS");
            TableId table = name();
            if (table == null) {
                return plain(Kind.OTHER);
            }
            if (!accept("NOWAIT") && accept("WAIT")) {
                at++;
            }
            TableId to = null;
            Verb verb = ignores || addsValuesOfItsOwn() ? Verb.REWRITE : Verb.ALTER;
            int depth = 0;
            for (; at < tokens.size(); at++) {
                Token token = tokens.get(at);
                depth += nesting(token);
                if (depth == 0 && token.is("RENAME")) {
                    TableId renamed = renamedTo();
                    if (renamed != null) {
                        actions.add(new Action(Verb.ALTER, table, renamed));
                        table = renamed;
                    }
                } else if (depth == 0 && token.is("EXCHANGE") && nextIs("PARTITION")) {
                    to = nameBehindTable();
                    verb = Verb.EXCHANGE;
                } else if (depth == 0 && token.is("IMPORT") && movesFile()) {
                    verb = Verb.EXCHANGE;
                } else if (depth == 0 && token.is("DISCARD") && movesFile()) {
                    // IMPORT has to follow
                    return plain(Kind.OTHER);
                } else if (depth == 0 && token.is("CONVERT") && nextIs("PARTITION")) {
                    to = nameBehindTable();
                    verb = Verb.REWRITE;
                } else if (depth == 0 && token.is("CONVERT") && nextIs("TABLE")) {
                    TableId partition = nameBehindTable();
                    if (partition != null) {
                        actions.add(new Action(Verb.DROP, partition, null));
                    }
                    verb = Verb.REWRITE;
                }
            }
            if (verb != Verb.ALTER || actions.isEmpty()) {
                actions.add(new Action(verb, table, to));
            }
            return tables();
        }

        /** Whether a column is added whose values depend on more than the statement, its session, and what the table has. */
        private boolean addsValuesOfItsOwn() {
            boolean begins = true;
            boolean adds = false;
            int depth = 0;
            for (int i = at; i < tokens.size(); i++) {
                Token token = tokens.get(i);
                adds = begins ? token.is("ADD") : adds;
                depth += nesting(token);
                begins = depth == 0 && token.isSign(",");
                if (adds && (token.is("AUTO_INCREMENT") || isUnrepeatable(i))) {
                    return true;
                }
            }
            return false;
        }

        private boolean isUnrepeatable(int index) {
            Token token = tokens.get(index);
            if (token.kind() != SqlTokens.Kind.WORD) {
                return false;
            }
            String word = token.text().toUpperCase(Locale.ROOT);
            if (word.equals("NEXT")) {
                return isWord(index + 1, "VALUE");
            }
            boolean isDefault =
                    isWord(index - 1, "DEFAULT") || (isSign(index - 1, "(") && isWord(index - 2, "DEFAULT"));
            return (isDefault && UNREPEATABLE_ALONE.contains(word))
                    || (isSign(index + 1, "(")
                            && (UNREPEATABLE_OF.contains(word)
                                    || (UNREPEATABLE.contains(word) && isSign(index + 2, ")"))));
        }

        /** How much deeper in parentheses what is behind it stands. */
        private static int nesting(Token token) {
            return token.isSign("(") ? 1 : token.isSign(")") ? -1 : 0;
        }

        private boolean isSign(int index, String sign) {
            return index < tokens.size() && tokens.get(index).isSign(sign);
        }

        private boolean isWord(int index, String keyword) {
            return index < tokens.size() && tokens.get(index).is(keyword);
        }

        private boolean movesFile() {
            return nextIs("TABLESPACE") || nextIs("PARTITION");
        }

        private boolean nextIs(String keyword) {
            return isWord(at + 1, keyword);
        }

        /** Behind RENAME in an ALTER TABLE: a table, unless it is a column, an index, a key or a constraint that is renamed. */
        private @Nullable TableId renamedTo() {
            int next = at + 1;
            if (next >= tokens.size()) {
                return null;
            }
            Token token = tokens.get(next);
            if (token.is("COLUMN") || token.is("INDEX") || token.is("KEY") || token.is("CONSTRAINT")) {
                return null;
            }
            at = token.is("TO") || token.is("AS") || token.text().equals("=") ? next + 1 : next;
            TableId to = name();
            at--;
            return to;
        }

        private @Nullable TableId nameBehindTable() {
            while (at < tokens.size() && !tokens.get(at).is("TABLE")) {
                at++;
            }
            at++;
            TableId table = name();
            at--;
            return table;
        }

        private Statement drop() {
            if (accept("TEMPORARY")) {
                return plain(Kind.OTHER);
            }
            if (accept("TABLE") || accept("TABLES")) {
                acceptAll("IF", "EXISTS");
                return list(Verb.DROP);
            }
            if (accept("DATABASE") || accept("SCHEMA")) {
                acceptAll("IF", "EXISTS");
                return new Statement(Kind.DROP_DATABASE, List.of(), database().database());
            }
            return index();
        }

        private Statement rename() {
            if (!accept("TABLE") && !accept("TABLES")) {
                return plain(Kind.OTHER);
            }
            acceptAll("IF", "EXISTS");
            do {
                TableId from = name();
                while (accept("WAIT") || accept("NOWAIT")) {
                    if (at < tokens.size() && !tokens.get(at).is("TO")) {
                        at++;
                    }
                }
                accept("TO");
                TableId to = name();
                if (from != null && to != null) {
                    actions.add(new Action(Verb.RENAME, from, to));
                }
            } while (acceptSign(","));
            return tables();
        }

        private Statement truncate() {
            accept("TABLE");
            return one(Verb.TRUNCATE);
        }

        /** CREATE or DROP INDEX, which alter a table; whatever else there is to create or drop is of no interest. */
        private Statement index() {
            acceptAny("ONLINE", "OFFLINE", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR");
            if (!accept("INDEX")) {
                return plain(Kind.OTHER);
            }
            while (at < tokens.size() && !accept("ON")) {
                at++;
            }
            return one(Verb.ALTER);
        }

        /** The table that is written to; joins and the like are left to whoever asks. */
        private Statement dml() {
            Token verb = tokens.get(at - 1);
            if (verb.is("UPDATE")) {
                acceptAny("LOW_PRIORITY", "IGNORE");
            } else if (verb.is("LOAD")) {
                while (at < tokens.size() && !accept("TABLE")) {
                    at++;
                }
            } else if (verb.is("INSERT") || verb.is("REPLACE")) {
                acceptAny("LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "IGNORE", "INTO");
            } else {
                while (at < tokens.size() && !accept("FROM")) {
                    at++;
                }
            }
            TableId table = name();
            boolean single = table != null
                    && !verb.is("WITH")
                    && (verb.is("INSERT") || verb.is("REPLACE") || verb.is("LOAD") || !moreTables());
            return new Statement(
                    Kind.DML,
                    single ? List.of(new Action(Verb.WRITE, Objects.requireNonNull(table), null)) : List.of(),
                    null);
        }

        private boolean moreTables() {
            return tokens.subList(at, tokens.size()).stream()
                    .takeWhile(token -> !token.is("SET")
                            && !token.is("WHERE")
                            && !token.is("ORDER")
                            && !token.is("LIMIT")
                            && !token.is("RETURNING"))
                    .anyMatch(token ->
                            token.isSign(",") || token.is("JOIN") || token.is("STRAIGHT_JOIN") || token.is("USING"));
        }

        private Statement one(Verb verb) {
            TableId table = name();
            if (table != null) {
                actions.add(new Action(verb, table, null));
            }
            return tables();
        }

        private Statement list(Verb verb) {
            do {
                TableId table = name();
                if (table != null) {
                    actions.add(new Action(verb, table, null));
                }
            } while (acceptSign(","));
            return tables();
        }

        private Statement tables() {
            return new Statement(Kind.TABLE, actions, null);
        }

        private Statement database() {
            String name = at < tokens.size() && tokens.get(at).isName()
                    ? tokens.get(at).text()
                    : defaultDatabase;
            return new Statement(Kind.DATABASE, List.of(), name);
        }

        private @Nullable TableId name() {
            if (at >= tokens.size() || !tokens.get(at).isName()) {
                return null;
            }
            String first = tokens.get(at++).text();
            if (acceptSign(".") && at < tokens.size() && tokens.get(at).isName()) {
                return new TableId(first, tokens.get(at++).text());
            }
            return new TableId(defaultDatabase, first);
        }

        private boolean accept(String keyword) {
            if (isWord(at, keyword)) {
                at++;
                return true;
            }
            return false;
        }

        private boolean acceptSign(String sign) {
            if (isSign(at, sign)) {
                at++;
                return true;
            }
            return false;
        }

        private void acceptAny(String... keywords) {
            while (at < tokens.size() && Arrays.stream(keywords).anyMatch(tokens.get(at)::is)) {
                at++;
            }
        }

        /** Accepts them as far as they are there; whether all are. */
        private boolean acceptAll(String... keywords) {
            for (String keyword : keywords) {
                if (!accept(keyword)) {
                    return false;
                }
            }
            return true;
        }
    }
}
