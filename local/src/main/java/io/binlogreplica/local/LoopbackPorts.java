package io.binlogreplica.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports for servers. They are taken from below the range from which Linux gives ports to outgoing connections
 * ({@code net.ipv4.ip_local_port_range}, from 32768): a client that keeps dialling a stopped server's port from inside that range
 * can end up connected to itself, and the server could not bind its own port when it restarts.
 */
public final class LoopbackPorts {

    static final String HOST = "127.0.0.1";

    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS_MAX = 1_000;

    /** All that were handed out: their servers may not have bound them yet. Guarded by the class. */
    private static final Set<Integer> GIVEN = new HashSet<>();

    private LoopbackPorts() {}

    /** One that no server has, and that this process has not given out before. */
    public static synchronized int free() {
        for (int i = 0; i < ATTEMPTS_MAX; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (!GIVEN.contains(port) && canBind(port)) {
                GIVEN.add(port);
                return port;
            }
        }
        throw new IllegalStateException("found no free port on " + HOST + " in " + ATTEMPTS_MAX + " attempts between "
                + FIRST + " and " + LAST + ": end servers that are not needed any more (ss -ltnp shows them)");
    }

    /** Whether a server listens there. */
    static boolean accepts(int port) {
        try (var socket = new Socket(address(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean canBind(int port) {
        try (var socket = new ServerSocket(port, 1, address())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static InetAddress address() throws UnknownHostException {
        return InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1});
    }
}
