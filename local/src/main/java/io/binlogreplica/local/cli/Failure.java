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
            if (e instanceof FileSystemException file && file.getReason() == null) {
                // it has the path alone
                message = e.getClass().getSimpleName().replace("Exception", "") + ": " + message;
            }
            if (text.indexOf(message) < 0) {
                text.append(text.isEmpty() ? "" : "\n  because: ").append(message);
            }
        }
        return text.toString();
    }
}
