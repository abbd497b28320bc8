package io.binlogreplica.it;

import io.binlogreplica.local.ServerBinaries.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The cases of one file of {@code types}: columns, and values as they are written in SQL. A line that is not indented is a column's
 * definition; those that are, its values. {@code [mysql]} or {@code [mariadb 11.7]} before a definition says what knows it,
 * {@code [mariadb 11.4 11.5]} what does no more.
 */
record TypeCases(String name, String title, List<Column> columns) {

    private static final String EVERY_BYTE =
            IntStream.range(0, 256).mapToObj("%02X"::formatted).collect(Collectors.joining("", "X'", "'"));

    /** A column; row n has its n-th value, or its default where it has fewer. */
    record Column(String definition, List<String> values) {

        String value(int row) {
            return row < values.size() ? values.get(row).replace("@bytes", EVERY_BYTE) : "DEFAULT";
        }
    }

    /** Those of a folder that a server knows, in the order of their names. */
    static List<TypeCases> of(Path folder, Kind kind, double version) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            var cases = new ArrayList<TypeCases>();
            for (Path file : files.sorted().toList()) {
                cases.add(read(file, kind, version));
            }
            return cases;
        }
    }

    private static TypeCases read(Path file, Kind kind, double version) throws IOException {
        String title = "";
        var columns = new ArrayList<Column>();
        var values = new ArrayList<String>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("# ")) {
                title = line.substring(2);
            } else if (line.startsWith("  ")) {
                values.add(line.strip());
            } else {
                values = new ArrayList<>();
                String definition = line;
                boolean known = true;
                if (line.startsWith("[")) {
                    int end = line.indexOf(']');
                    String[] condition = line.substring(1, end).split(" ", 3);
                    known = kind == Kind.valueOf(condition[0].toUpperCase(Locale.ROOT))
                            && (condition.length < 2 || version >= Double.parseDouble(condition[1]))
                            && (condition.length < 3 || version < Double.parseDouble(condition[2]));
                    definition = line.substring(end + 1).strip();
                }
                if (known) {
                    columns.add(new Column(definition, values));
                }
            }
        }
        return new TypeCases(file.getFileName().toString().replaceAll("^\\d+-|\\.txt$", ""), title, columns);
    }

    int rows() {
        return columns.stream().mapToInt(column -> column.values.size()).max().orElse(0) + 1;
    }

    /** A table of that name with all columns. */
    String create(String table, boolean keyed) {
        var sql = new StringBuilder("CREATE TABLE ").append(table).append(" (id INT NOT NULL");
        for (int i = 0; i < columns.size(); i++) {
            sql.append(", v").append(i).append(' ').append(columns.get(i).definition());
        }
        return sql.append(keyed ? ", PRIMARY KEY (id))" : ")").toString();
    }

    /** All rows, one more than any column has values: that one has nothing but defaults. */
    List<String> inserts(String table) {
        String names =
                IntStream.range(0, columns.size()).mapToObj(i -> ", v" + i).collect(Collectors.joining());
        return IntStream.range(0, rows())
                .mapToObj(row -> "INSERT INTO " + table + " (id" + names + ") VALUES (" + row
                        + columns.stream()
                                .map(column -> ", " + column.value(row))
                                .collect(Collectors.joining()) + ")")
                .toList();
    }
}
