package io.binlogreplica.local.demo;

/** The demonstration can't go on; the message says why and what to do. */
public final class DemoFailedException extends RuntimeException {

    DemoFailedException(String message) {
        super(message);
    }
}
