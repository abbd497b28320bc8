package io.binlogreplica.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import org.apache.kafka.common.config.types.Password;

/**
 * Certificates of those whose servers are trusted.
 *
 * @param file certificates as PEM, or a key store (PKCS12 or JKS)
 * @param password of the key store; empty without one
 */
public record TrustStore(Path file, Password password) {

    private static final String PEM = "-----BEGIN CERTIFICATE-----";

    /** Whether the file is text with certificates, no key store. */
    boolean isPem() throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(PEM);
    }

    /**
     * Reads it.
     *
     * @throws IOException when it cannot be read, or is neither; the message names the file
     */
    public KeyStore load() throws IOException {
        try {
            if (!isPem()) {
                char[] secret =
                        password.value().isEmpty() ? null : password.value().toCharArray();
                return KeyStore.getInstance(file.toFile(), secret);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            try (InputStream in = Files.newInputStream(file)) {
                for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    store.setCertificateEntry("ca-" + store.size(), one);
                }
            }
            return store;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the trust store " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
