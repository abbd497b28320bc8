package io.binlogreplica.local.verify;

/** The same thing on each server. */
record Both<T>(T primary, T replica) {

    boolean areEqual() {
        return primary.equals(replica);
    }
}
