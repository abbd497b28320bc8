package io.binlogreplica.local;

/** A Connect worker refused a request; the message has the request and the worker's reason. */
public final class ConnectRestException extends RuntimeException {

    /** The status of a request for something that is not there. */
    public static final int NOT_FOUND = 404;

    private final int httpStatus;

    ConnectRestException(int httpStatus, String message) {
        super(message);
        this.httpStatus = httpStatus;
    }

    /** 404 for a connector that does not exist, 400 for a request that can't be granted. */
    public int httpStatus() {
        return httpStatus;
    }
}
