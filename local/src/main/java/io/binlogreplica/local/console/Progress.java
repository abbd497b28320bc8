package io.binlogreplica.local.console;

import java.time.Duration;

/** Shows how far one thing is, with its rate of the last seconds. */
public final class Progress {

    private static final Duration RATE_WINDOW = Duration.ofSeconds(5);

    private final Screen screen;
    private final String title;
    private final String unit;
    private final Rate rate = new Rate(RATE_WINDOW);

    public Progress(Screen screen, String title, String unit) {
        this.screen = screen;
        this.title = title;
        this.unit = unit;
        rate.add(System.nanoTime(), 0);
    }

    public void show(long done, long total) {
        show(done, total, "");
    }

    /**
     * Shows it.
     *
     * @param note what else there is to say; may be empty
     */
    public void show(long done, long total, String note) {
        rate.add(System.nanoTime(), done);
        screen.status(Text.progress(title, done, total, unit, rate.perSecond(), note));
    }
}
