package io.binlogreplica.local.cli;

/** Says to a person why something failed. */
final class Failure {

    private Failure() {}

    /** The message, and those of its causes that add to it. */
    static String text(Throwable failure) {
        var text = new StringBuilder();
        for (Throwable e = failure; e != null; e = e.getCause()) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            if (text.indexOf(message) < 0) {
                text.append(text.isEmpty() ? "" : "\n  because: ").append(message);
            }
        }
        return text.toString();
    }
}
