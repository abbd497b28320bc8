package io.binlogreplica.local.cli;

import java.nio.file.FileSystemException;

/** Says to a person why something failed. */
final class Failure {

    private Failure() {}

    /** The message, and those of its causes that add to it. */
    static String text(Throwable failure) {
        var text = new StringBuilder();
        for (Throwable e = failure; e != null; e = e.getCause()) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            if (text.indexOf(message) < 0) {
                // of some errors of files the message is the path alone
                boolean bare = e instanceof FileSystemException file && file.getReason() == null;
                text.append(text.isEmpty() ? "" : "\n  because: ")
                        .append(bare ? e.getClass().getSimpleName().replace("Exception", "") + ": " : "")
                        .append(message);
            }
        }
        return text.toString();
    }
}
