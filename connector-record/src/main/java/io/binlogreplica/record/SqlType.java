package io.binlogreplica.record;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The column types of MySQL and MariaDB, by the names {@code information_schema.COLUMNS.DATA_TYPE} gives them. */
public enum SqlType {
    TINYINT(Family.INTEGER),
    SMALLINT(Family.INTEGER),
    MEDIUMINT(Family.INTEGER),
    INT(Family.INTEGER),
    BIGINT(Family.INTEGER),
    DECIMAL(Family.DECIMAL),
    FLOAT(Family.FLOAT),
    DOUBLE(Family.FLOAT),
    BIT(Family.BIT),
    YEAR(Family.TEMPORAL),
    DATE(Family.TEMPORAL),
    TIME(Family.TEMPORAL),
    DATETIME(Family.TEMPORAL),
    TIMESTAMP(Family.TEMPORAL),
    CHAR(Family.TEXT),
    VARCHAR(Family.TEXT),
    TINYTEXT(Family.TEXT),
    TEXT(Family.TEXT),
    MEDIUMTEXT(Family.TEXT),
    LONGTEXT(Family.TEXT),
    BINARY(Family.BINARY),
    VARBINARY(Family.BINARY),
    TINYBLOB(Family.BINARY),
    BLOB(Family.BINARY),
    MEDIUMBLOB(Family.BINARY),
    LONGBLOB(Family.BINARY),
    ENUM(Family.LABELS),
    SET(Family.LABELS),
    JSON(Family.JSON),
    GEOMETRY(Family.GEOMETRY),
    POINT(Family.GEOMETRY),
    LINESTRING(Family.GEOMETRY),
    POLYGON(Family.GEOMETRY),
    MULTIPOINT(Family.GEOMETRY),
    MULTILINESTRING(Family.GEOMETRY),
    MULTIPOLYGON(Family.GEOMETRY),
    GEOMETRYCOLLECTION(Family.GEOMETRY),
    VECTOR(Family.VECTOR),
    UUID(Family.ADDRESS),
    INET4(Family.ADDRESS),
    INET6(Family.ADDRESS);

    /** What is alike for all types of a kind. */
    public enum Family {
        INTEGER,
        DECIMAL,
        FLOAT,
        BIT,
        TEMPORAL,
        TEXT,
        BINARY,
        LABELS,
        JSON,
        GEOMETRY,
        VECTOR,
        /** MariaDB's fixed-length types with a text form: UUID, INET4, INET6. */
        ADDRESS
    }

    private static final Map<String, SqlType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(Enum::name, Function.identity()));

    private final Family family;

    SqlType(Family family) {
        this.family = family;
    }

    public Family family() {
        return family;
    }

    /**
     * The type of that name, in any case. Other spellings that servers print are known too ({@code integer}, {@code numeric},
     * {@code geomcollection}).
     *
     * @throws IllegalArgumentException for a name that is none of these
     */
    public static SqlType named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        SqlType type = switch (upper) {
            case "INTEGER" -> INT;
            case "NUMERIC" -> DECIMAL;
            case "REAL" -> DOUBLE;
            case "GEOMCOLLECTION" -> GEOMETRYCOLLECTION;
            default -> BY_NAME.get(upper);
        };
        if (type == null) {
            throw new IllegalArgumentException("unknown column type " + name);
        }
        return type;
    }
}
