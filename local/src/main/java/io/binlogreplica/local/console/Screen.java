package io.binlogreplica.local.console;

import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where lines are printed. A terminal also has one line at the bottom that is drawn again and again; where output goes to a file
 * or a pipe, that line is printed as any other, every few seconds.
 */
public final class Screen {

    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(5);
    private static final String ERASE_REST = "\u001b[K";

    private final PrintStream out;
    private final int columns;

    /** Whether the bottom line shows something. */
    private boolean drawn;

    /** When the changing line was last printed where it can't be redrawn; null when it shall be printed at once. */
    private @Nullable Long printedNanos;

    private Screen(PrintStream out, int columns) {
        this.out = out;
        this.columns = columns;
    }

    /**
     * A screen.
     *
     * @param columns how wide the terminal is; 0 when it is none
     */
    public static Screen of(PrintStream out, int columns) {
        return new Screen(out, columns);
    }

    /** Prints a line that stays. */
    public void line(String text) {
        out.println((drawn ? "\r" + ERASE_REST : "") + text);
        out.flush();
        drawn = false;
        printedNanos = null;
    }

    /** Shows how things are at the moment, until the next call. */
    public void status(String text) {
        if (columns > 0) {
            out.print("\r" + (text.length() < columns ? text : text.substring(0, columns - 1)) + ERASE_REST);
            out.flush();
            drawn = true;
        } else if (printedNanos == null || System.nanoTime() - printedNanos >= PLAIN_INTERVAL.toNanos()) {
            out.println(text);
            out.flush();
            printedNanos = System.nanoTime();
        }
    }
}
