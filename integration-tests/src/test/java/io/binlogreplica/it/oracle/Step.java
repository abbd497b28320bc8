package io.binlogreplica.it.oracle;

/** A statement of one of a script's sessions. It may fail: that is part of the script. */
record Step(int session, String sql) {

    @Override
    public String toString() {
        return "/* session " + session + " */ " + sql + ";";
    }
}
