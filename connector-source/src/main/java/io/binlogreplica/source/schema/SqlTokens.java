package io.binlogreplica.source.schema;

import io.binlogreplica.database.SqlMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words, names and signs of a statement, in order: enough to find which tables it is about. Comments are passed over, but what
 * servers execute of them ({@code /*!50001 ... *}{@code /}, {@code /*M! ... *}{@code /}) is not.
 */
final class SqlTokens {

    /**
     * One of them.
     *
     * @param text a name without its quotes, a string's content, a word or sign as written
     * @param kind what it is
     */
    record Token(String text, Kind kind) {

        boolean is(String keyword) {
            return kind == Kind.WORD && text.toUpperCase(Locale.ROOT).equals(keyword);
        }

        boolean isSign(String sign) {
            return kind == Kind.SIGN && text.equals(sign);
        }

        boolean isName() {
            return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
        }
    }

    /** What a token is. */
    enum Kind {
        WORD,
        QUOTED_NAME,
        STRING,
        SIGN
    }

    private final String sql;
    private final Kind doubleQuoted;
    private final boolean escapes;
    private final int tokensMax;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private SqlTokens(String sql, long sqlMode, int tokensMax) {
        this.sql = sql;
        this.doubleQuoted = SqlMode.ANSI_QUOTES.isIn(sqlMode) ? Kind.QUOTED_NAME : Kind.STRING;
        this.escapes = !SqlMode.NO_BACKSLASH_ESCAPES.isIn(sqlMode);
        this.tokensMax = tokensMax;
    }

    /**
     * The first {@code tokensMax} tokens of a statement.
     *
     * @param sqlMode the bits of {@code sql_mode} that it was run with
     */
    static List<Token> of(String sql, long sqlMode, int tokensMax) {
        var lexer = new SqlTokens(sql, sqlMode, tokensMax);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < sql.length() && tokens.size() < tokensMax) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (sql.startsWith("/*", at)) {
                comment();
            } else if (c == '#' || sql.startsWith("-- ", at) || sql.startsWith("--\n", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("*/", at)) {
                at += 2;
            } else if (c == '`') {
                quoted(c, Kind.QUOTED_NAME);
            } else if (c == '"') {
                quoted(c, doubleQuoted);
            } else if (c == '\'') {
                quoted(c, Kind.STRING);
            } else if (isWordPart(c)) {
                int start = at;
                while (at < sql.length() && isWordPart(sql.charAt(at))) {
                    at++;
                }
                tokens.add(new Token(sql.substring(start, at), Kind.WORD));
            } else {
                tokens.add(new Token(String.valueOf(c), Kind.SIGN));
                at++;
            }
        }
    }

    /** Of a comment that servers execute only the beginning, with its version number, is passed over. */
    private void comment() {
        boolean executed = sql.startsWith("/*!", at) || sql.startsWith("/*M!", at);
        if (executed) {
            at = sql.indexOf('!', at) + 1;
            while (at < sql.length() && Character.isDigit(sql.charAt(at))) {
                at++;
            }
        } else {
            int end = sql.indexOf("*/", at + 2);
            at = end < 0 ? sql.length() : end + 2;
        }
    }

    private void quoted(char quote, Kind kind) {
        var text = new StringBuilder();
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == '\\' && kind == Kind.STRING && escapes && at < sql.length()) {
                text.append(sql.charAt(at++));
            } else if (c != quote) {
                text.append(c);
            } else if (at < sql.length() && sql.charAt(at) == quote) {
                text.append(quote);
                at++;
            } else {
                break;
            }
        }
        tokens.add(new Token(text.toString(), kind));
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '@' || c > 0x7f;
    }
}
