package io.binlogreplica.record;

/** The two families of servers; {@code connector} is what {@code source.connector} and schema names say. */
public enum Flavor {
    MYSQL("mysql"),
    MARIADB("mariadb");

    private final String connector;

    Flavor(String connector) {
        this.connector = connector;
    }

    public String connector() {
        return connector;
    }

    /** The family of that {@link #connector}. */
    static Flavor of(String connector) {
        return connector.equals(MARIADB.connector) ? MARIADB : MYSQL;
    }
}
