package io.binlogreplica.sink.plan;

/** In which groups the last rows are that wrote, read, touched or copied a value; -1 for none. */
final class Uses {

    int write = -1;
    int read = -1;
    int touch = -1;
    int copy = -1;

    int last() {
        return Math.max(Math.max(write, copy), Math.max(read, touch));
    }

    boolean isUsed() {
        return last() >= 0;
    }

    boolean isUsedButRead() {
        return write >= 0 || touch >= 0 || copy >= 0;
    }

    boolean isUsedButCopied() {
        return write >= 0 || touch >= 0 || read >= 0;
    }
}
