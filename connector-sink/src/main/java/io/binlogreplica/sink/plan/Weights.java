package io.binlogreplica.sink.plan;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/** Knows what texts weigh when they are compared: those that weigh the same are equal. */
public interface Weights {

    /**
     * Weighs texts.
     *
     * @return a number for each text; for those that are equal in that collation the same. None where it is not known
     * @throws SQLException when the server cannot be asked
     */
    Map<String, Long> of(String charset, String collation, Collection<String> texts) throws SQLException;
}
