package io.binlogreplica.source.binlog;

import com.github.shyiko.mysql.binlog.network.SSLSocketFactory;
import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.SslMode;
import io.binlogreplica.database.TrustStore;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the binlog client's sockets as {@code database.ssl.mode} says. The client's own factories know neither TLS 1.3 nor a
 * trust store, and compare a certificate with the name that an address resolves back to, not with the one that was configured.
 */
final class TlsSockets implements SSLSocketFactory {

    private final DatabaseConfig config;

    TlsSockets(DatabaseConfig config) {
        this.config = config;
    }

    @Override
    public SSLSocket createSocket(Socket plain) throws SocketException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trustManagers(), null);
            var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, config.host(), config.port(), true);
            if (config.sslMode() == SslMode.VERIFY_IDENTITY) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
            }
            return socket;
        } catch (IOException | GeneralSecurityException e) {
            var failure = new SocketException("no TLS with " + config.address() + ": " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    private TrustManager @Nullable [] trustManagers() throws IOException, GeneralSecurityException {
        if (config.sslMode() == SslMode.PREFERRED || config.sslMode() == SslMode.REQUIRED) {
            return new TrustManager[] {new AnyCertificate()};
        }
        TrustStore trusted = config.trustStore();
        if (trusted == null) {
            return null;
        }
        KeyStore store = trusted.load();
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** Encrypted, with whomever. */
    private static final class AnyCertificate implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // this is the client
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // what the mode asks for
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
