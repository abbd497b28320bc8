package io.binlogreplica.source;

import io.binlogreplica.source.config.CaptureConfig;
import java.time.Duration;

/**
 * Notices that somebody else reads the binlog with the same server id: a server ends the older of two such readers, so both come
 * again and again, and neither is told why. Of one thread.
 */
final class ServerIdClash {

    private static final int ENDS_MIN = 3;
    private static final Duration SHORT = Duration.ofSeconds(30);

    private final long serverId;
    private long connectedNanos;
    private int shortLives;

    ServerIdClash(long serverId) {
        this.serverId = serverId;
    }

    void connected() {
        connectedNanos = System.nanoTime();
    }

    /**
     * A connection ended.
     *
     * @param worked whether the server had accepted the position, and sent something
     * @return what to add to the message: empty, or what is likely the cause
     */
    String ended(boolean worked) {
        boolean brief = worked && System.nanoTime() - connectedNanos < SHORT.toNanos();
        shortLives = brief ? shortLives + 1 : 0;
        return shortLives < ENDS_MIN
                ? ""
                : "; the server has ended " + shortLives
                        + " connections in a row soon after their begin: likely another"
                        + " replica or connector has the same " + CaptureConfig.SERVER_ID + ", " + serverId;
    }
}
