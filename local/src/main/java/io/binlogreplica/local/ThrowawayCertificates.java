package io.binlogreplica.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority of this moment, and a certificate of its for a server.
 *
 * @param authority its own certificate, as PEM
 * @param authorityStore likewise, as a PKCS12 key store with {@link #PASSWORD}
 * @param certificate the server's, as PEM, made out to {@code localhost} and to no address
 * @param key the server's private key, as PEM
 */
public record ThrowawayCertificates(Path authority, Path authorityStore, Path certificate, Path key) {

    public static final String PASSWORD = "not-a-secret";

    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** Makes them in that folder, with the JDK's keytool. */
    public static ThrowawayCertificates in(Path folder) throws IOException, GeneralSecurityException {
        Files.createDirectories(folder);
        Path authority = folder.resolve("authority.pem");
        Path certificate = folder.resolve("server.pem");
        keytool(folder, "-genkeypair -alias ca -keyalg RSA -dname CN=throw-away -ext bc:c -keystore ca.p12");
        keytool(folder, "-exportcert -alias ca -rfc -file authority.pem -keystore ca.p12");
        keytool(folder, "-importcert -noprompt -alias ca -file authority.pem -keystore trusted.p12");
        keytool(folder, "-genkeypair -alias server -keyalg RSA -dname CN=localhost -keystore server.p12");
        keytool(folder, "-certreq -alias server -file server.csr -keystore server.p12");
        keytool(
                folder,
                "-gencert -alias ca -infile server.csr -outfile server.pem -rfc -ext san=dns:localhost"
                        + " -keystore ca.p12");
        return new ThrowawayCertificates(authority, folder.resolve("trusted.p12"), certificate, exportKey(folder));
    }

    /** What a server is to be told to use them. */
    public String[] serverOptions() {
        return new String[] {"--ssl-ca=" + authority, "--ssl-cert=" + certificate, "--ssl-key=" + key};
    }

    private static Path exportKey(Path folder) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(folder.resolve("server.p12").toFile(), PASSWORD.toCharArray());
        byte[] key = store.getKey("server", PASSWORD.toCharArray()).getEncoded();
        return Files.writeString(
                folder.resolve("server.key"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");
    }

    private static void keytool(Path folder, String arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        ChildProcess.run(
                "keytool " + arguments, command, folder, folder.resolve("keytool.log"), new File("/dev/null"), LIMIT);
    }
}
