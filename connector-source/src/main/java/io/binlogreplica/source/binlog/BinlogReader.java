package io.binlogreplica.source.binlog;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.network.AuthenticationException;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import com.github.shyiko.mysql.binlog.network.ServerException;
import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Flavor;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a server's binlog from one position on, over one connection and in a thread of its own, until it is closed or the
 * connection fails; then it is done for, and its owner starts another where the last whole transaction ended. The client library
 * brings the bytes (login, dump command, packets); it decodes, tracks and repairs nothing.
 */
public final class BinlogReader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BinlogReader.class);

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    /** Silence for longer means that the peer is dead, whatever TCP says. */
    private static final Duration SILENCE_MAX = HEARTBEAT.multipliedBy(4);

    /**
     * How long the server is to keep a connection that takes no more, because Kafka takes no more; whatever the server's own setting is.
     * No longer: MariaDB lets no other reader with this server id begin before, and a worker that is frozen takes no more for good.
     */
    private static final Duration NET_WRITE_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /** ER_MASTER_FATAL_ERROR_READING_BINLOG: the file or the GTIDs are not there, or not any more. */
    private static final int POSITION_REFUSED = 1236;

    /** What MySQL says with the same number when another reader has come with this one's server id. */
    private static final String REPLACED = "same server_uuid/server_id";

    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;

    private final DatabaseConfig config;
    private final BinlogPosition start;
    private final EventQueue queue;
    private final EventDecoder decoder;
    private final BinaryLogClient client;
    private final Thread thread;
    /** Of the consumer's thread alone. */
    private final ArrayDeque<RawEvent> drained = new ArrayDeque<>();

    /** Set by the reader's thread, read by the consumer's. */
    private volatile @Nullable Throwable failure;

    private volatile boolean closed;
    // Of the consumer's thread alone.
    /** The event that {@link #next} gave last. */
    private @Nullable RawEvent current;
    /** The compressed transaction that is being gone through, its event, and its next event. */
    private @Nullable PayloadEvents payload;

    private @Nullable RawEvent container;
    private @Nullable RawEvent undecoded;

    /**
     * Starts reading.
     *
     * @param flavor of the server at {@code config}
     * @param serverId to register as; no other client or replica of the server may have it
     * @param start where to begin; by its GTIDs if it has some
     * @param queueBytesMax how much to read ahead
     * @param filled called when {@link #next} has something after it had nothing
     */
    public BinlogReader(
            DatabaseConfig config,
            Flavor flavor,
            long serverId,
            BinlogPosition start,
            long queueBytesMax,
            Runnable filled) {
        this.config = config;
        this.start = start;
        this.queue = new EventQueue(queueBytesMax, filled);
        this.decoder = new EventDecoder(flavor);
        this.client = client(serverId);
        this.thread = new Thread(this::run, "binlog-reader-" + config.address());
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /**
     * The next event.
     *
     * @return null when there is none yet
     * @throws BinlogException for an event that cannot be carried on; it is not passed over, the next call throws again
     * @throws IOException when the connection failed, after all events before that were given
     */
    public @Nullable BinlogEvent next() throws IOException {
        RawEvent raw = payload == null ? null : nextOfPayload(payload);
        if (raw == null) {
            container = null;
            raw = nextReceived();
        }
        if (raw == null) {
            return null;
        }
        current = raw;
        BinlogEvent event = decode(raw);
        if (raw.type() == EventDecoder.TRANSACTION_PAYLOAD) {
            payload = PayloadEvents.open(raw.body());
            container = raw;
        }
        passOn(raw);
        return event;
    }

    private BinlogEvent decode(RawEvent raw) {
        try {
            return decoder.decode(raw);
        } catch (IndexOutOfBoundsException e) {
            throw new BinlogException(
                    "binlog event type " + raw.type() + " is not laid out as this connector knows it", e);
        }
    }

    private @Nullable RawEvent nextOfPayload(PayloadEvents events) {
        if (undecoded == null) {
            undecoded = events.next();
        }
        if (undecoded == null) {
            payload = null;
        }
        return undecoded;
    }

    private @Nullable RawEvent nextReceived() throws IOException {
        if (drained.isEmpty()) {
            queue.drainTo(drained);
        }
        RawEvent raw = drained.peek();
        if (raw == null) {
            Throwable failed = failure;
            if (failed instanceof BinlogException damaged) {
                throw damaged;
            }
            if (failed != null) {
                throw new IOException(
                        "reading the binlog of " + config.address() + " failed: " + failed.getMessage(), failed);
            }
        }
        return raw;
    }

    /** It was decoded, and will not be again. */
    private void passOn(RawEvent raw) {
        if (raw == undecoded) {
            undecoded = null;
        } else {
            drained.remove();
        }
    }

    /** Whether {@link #next} ever had something: the position and the login are good. */
    public boolean hasDelivered() {
        return current != null;
    }

    /**
     * Why a failure will not pass by itself: a way to log in that the client does not know, a position that the server does not have.
     *
     * @return null when it may pass
     */
    public static @Nullable Throwable unrecoverable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthenticationException login && !SqlErrors.isLoginRefused(login.getErrorCode())
                    || (cause instanceof ServerException server && isRefusal(server))) {
                return cause;
            }
        }
        return null;
    }

    private static boolean isRefusal(ServerException e) {
        return e.getErrorCode() == POSITION_REFUSED
                && !String.valueOf(e.getMessage()).contains(REPLACED);
    }

    /** Seconds since 1970 at which the last event's statement began. */
    public long timestampSeconds() {
        return current().timestampSeconds();
    }

    /** The server that first executed the last event. */
    public long serverId() {
        return current().serverId();
    }

    /** Where the last event ends in its file, or the compressed transaction that it is part of; 0 where the server does not say. */
    public long endPosition() {
        return located().nextPosition();
    }

    /** That one's length, in bytes. */
    public int length() {
        return located().length();
    }

    private RawEvent located() {
        return container == null ? current() : container;
    }

    @Override
    public void close() {
        closed = true;
        queue.close();
        try {
            client.disconnect();
        } catch (IOException e) {
            log.debug("Disconnecting from {} failed", config.address(), e);
        }
        thread.interrupt();
        try {
            thread.join(STOP_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RawEvent current() {
        if (current == null) {
            throw new IllegalStateException("no event was read yet");
        }
        return current;
    }

    private void run() {
        try {
            client.connect();
            fail(new IOException("the server ended the stream"));
        } catch (Throwable e) {
            fail(e);
        } finally {
            queue.close();
        }
    }

    /** Keeps the first failure, which is the cause of those after it. */
    private void fail(Throwable e) {
        if (failure == null && !closed) {
            failure = e;
        }
    }

    private BinaryLogClient client(long serverId) {
        var created = new BinaryLogClient(
                config.host(), config.port(), config.user(), config.password().value()) {
            @Override
            protected void updateGtidSet(Event event) {
                // tracked by the consumer, at the end of whole transactions
            }
        };
        created.setServerId(serverId);
        created.setKeepAlive(false);
        created.setHeartbeatInterval(HEARTBEAT.toMillis());
        created.setConnectTimeout(config.connectTimeout().toMillis());
        created.setNetWriteTimeout(NET_WRITE_TIMEOUT.toSeconds());
        created.setUseSendAnnotateRowsEvent(false);
        created.setSSLMode(
                switch (config.sslMode()) {
                    case DISABLED -> SSLMode.DISABLED;
                    case PREFERRED -> SSLMode.PREFERRED;
                    // whom to trust is the sockets' business
                    case REQUIRED, VERIFY_CA, VERIFY_IDENTITY -> SSLMode.REQUIRED;
                });
        created.setSslSocketFactory(new TlsSockets(config));
        created.setSocketFactory(BinlogReader::socket);
        created.setEventDeserializer(new RawEventDeserializer());
        created.registerEventListener(this::received);
        created.registerLifecycleListener(new BinaryLogClient.AbstractLifecycleListener() {
            @Override
            public void onCommunicationFailure(BinaryLogClient failed, Exception e) {
                fail(e);
            }

            @Override
            public void onEventDeserializationFailure(BinaryLogClient failed, Exception e) {
                fail(e);
                disconnect();
            }
        });
        GtidSet gtids = start.gtids();
        if (gtids != null && !gtids.text().isEmpty()) {
            created.setGtidSet(gtids.text());
        } else {
            created.setBinlogFilename(start.file());
            created.setBinlogPosition(start.position());
        }
        return created;
    }

    /** A socket on which silence is an error. */
    private static Socket socket() throws SocketException {
        var socket = new Socket();
        socket.setSoTimeout((int) SILENCE_MAX.toMillis());
        socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** The library swallows what a listener throws, so nothing may be thrown. */
    private void received(Event event) {
        try {
            if (failure == null && !queue.put(((RawEventDeserializer.Raw) event.getData()).event())) {
                disconnect();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            disconnect();
        } catch (RuntimeException e) {
            fail(e);
            disconnect();
        }
    }

    private void disconnect() {
        try {
            client.disconnect();
        } catch (IOException e) {
            fail(e);
        }
    }
}
