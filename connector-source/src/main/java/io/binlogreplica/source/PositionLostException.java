package io.binlogreplica.source;

import org.apache.kafka.connect.errors.ConnectException;

/** No server has what comes behind the position any more; everything is to be copied again. */
final class PositionLostException extends ConnectException {

    private static final long serialVersionUID = 1;

    PositionLostException(String message) {
        super(message);
    }
}
