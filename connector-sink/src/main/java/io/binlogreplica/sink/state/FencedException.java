package io.binlogreplica.sink.state;

import org.apache.kafka.connect.errors.ConnectException;

/** Another task has taken the partition over: this one must not write any more. */
public final class FencedException extends ConnectException {

    private static final long serialVersionUID = 1;

    FencedException(String message) {
        super(message);
    }
}
