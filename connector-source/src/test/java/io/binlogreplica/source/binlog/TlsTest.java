package io.binlogreplica.source.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.SslMode;
import io.binlogreplica.database.TrustStore;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.PackagedServer;
import io.binlogreplica.local.ServerBinaries;
import io.binlogreplica.local.ThrowawayCertificates;
import io.binlogreplica.record.Flavor;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What {@code database.ssl.mode} means, for connections and for the binlog alike. */
class TlsTest {

    /** On one kind of server. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Modes {

        private static final String NAME = "localhost";
        private static final String ADDRESS = "127.0.0.1";

        private Path directory;
        private DatabaseServer server;
        private DatabaseServer without;
        private TrustStore authority;
        private TrustStore authorityStore;
        private TrustStore stranger;

        abstract ServerBinaries binaries();

        abstract String withoutTls();

        @BeforeAll
        void start(@TempDir Path folder) throws Exception {
            directory = folder;
            var ours = ThrowawayCertificates.in(directory.resolve("ours"));
            authority = new TrustStore(ours.authority(), new Password(""));
            authorityStore = new TrustStore(ours.authorityStore(), new Password(ThrowawayCertificates.PASSWORD));
            stranger = new TrustStore(
                    ThrowawayCertificates.in(directory.resolve("strangers")).authority(), new Password(""));
            server = DatabaseServer.primary(directory.resolve("server"))
                    .binaries(binaries())
                    .options(ours.serverOptions())
                    .start();
            without = DatabaseServer.primary(directory.resolve("without"))
                    .binaries(binaries())
                    .options(withoutTls())
                    .start();
            for (DatabaseServer each : new DatabaseServer[] {server, without}) {
                each.createUser("plain", "secret", "REPLICATION SLAVE ON *.*");
            }
            server.createUser("encrypted", "secret", "REPLICATION SLAVE ON *.*");
            server.execute("SET SESSION sql_log_bin = 0", "ALTER USER encrypted REQUIRE SSL");
        }

        @AfterAll
        void stop() {
            server.close();
            without.close();
        }

        @Test
        void disabledIsNotEncrypted() throws Exception {
            assertWorks(config(server, ADDRESS, "plain", SslMode.DISABLED, null), false);
            assertFails(config(server, ADDRESS, "encrypted", SslMode.DISABLED, null));
        }

        @Test
        void preferredIsEncryptedWhereTheServerOffersIt() throws Exception {
            assertWorks(config(server, ADDRESS, "encrypted", SslMode.PREFERRED, null), true);
            assertWorks(config(without, ADDRESS, "plain", SslMode.PREFERRED, null), false);
        }

        @Test
        void requiredIsEncryptedWithAnyCertificate() throws Exception {
            assertWorks(config(server, ADDRESS, "encrypted", SslMode.REQUIRED, null), true);
            assertFails(config(without, ADDRESS, "plain", SslMode.REQUIRED, null));
        }

        @Test
        void verifyCaTrustsAnAuthorityWhateverTheName() throws Exception {
            assertWorks(config(server, ADDRESS, "encrypted", SslMode.VERIFY_CA, authority), true);
            assertWorks(config(server, ADDRESS, "encrypted", SslMode.VERIFY_CA, authorityStore), true);
            assertFails(config(server, ADDRESS, "encrypted", SslMode.VERIFY_CA, stranger));
            assertFails(config(without, ADDRESS, "plain", SslMode.VERIFY_CA, authority));
        }

        @Test
        void verifyIdentityComparesTheConfiguredName() throws Exception {
            assertWorks(config(server, NAME, "encrypted", SslMode.VERIFY_IDENTITY, authority), true);
            assertWorks(config(server, NAME, "encrypted", SslMode.VERIFY_IDENTITY, authorityStore), true);
            assertFails(config(server, ADDRESS, "encrypted", SslMode.VERIFY_IDENTITY, authority));
            assertFails(config(server, NAME, "encrypted", SslMode.VERIFY_IDENTITY, stranger));
        }

        @Test
        void aTrustStoreThatCannotBeReadIsNamed() {
            var missing = new TrustStore(directory.resolve("no-such-file"), new Password(""));
            assertThatThrownBy(() -> connect(config(server, NAME, "plain", SslMode.VERIFY_CA, missing)))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("no-such-file");
        }

        private void assertWorks(DatabaseConfig config, boolean encrypted) throws SQLException {
            try (Connection connection = connect(config);
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_cipher'")) {
                row.next();
                assertThat(row.getString(2).isEmpty()).as("without a cipher").isNotEqualTo(encrypted);
            }
            try (BinlogReader reader = read(config)) {
                await().atMost(Duration.ofSeconds(20)).until(() -> reader.next() != null);
            }
        }

        private void assertFails(DatabaseConfig config) {
            assertThatThrownBy(() -> connect(config)).isInstanceOf(SQLException.class);
            try (BinlogReader reader = read(config)) {
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThatThrownBy(reader::next).isInstanceOf(IOException.class));
                assertThat(reader.hasDelivered()).isFalse();
            }
        }

        private Connection connect(DatabaseConfig config) throws SQLException {
            return new Database(config, "time_zone='+00:00'", Map.of()).connect();
        }

        private BinlogReader read(DatabaseConfig config) {
            Flavor flavor = binaries().kind() == ServerBinaries.Kind.MYSQL ? Flavor.MYSQL : Flavor.MARIADB;
            return new BinlogReader(
                    config, flavor, 77, new BinlogPosition("binlog.000001", 4, null), 1 << 20, () -> {});
        }

        private static DatabaseConfig config(
                DatabaseServer server, String host, String user, SslMode mode, @Nullable TrustStore trustStore) {
            return new DatabaseConfig(
                    Objects.requireNonNull(host),
                    server.port(),
                    user,
                    new Password("secret"),
                    mode,
                    trustStore,
                    Duration.ofSeconds(10));
        }
    }

    @Nested
    class OnMariaDb extends Modes {

        @Override
        ServerBinaries binaries() {
            return ServerBinaries.bundledMariaDb();
        }

        @Override
        String withoutTls() {
            return "--skip-ssl";
        }
    }

    /** With caching_sha2_password, whose way is another without TLS. */
    @Nested
    @Tag("servers")
    class OnMySql extends Modes {

        @Override
        ServerBinaries binaries() {
            return PackagedServer.MYSQL_9_7.binaries();
        }

        @Override
        String withoutTls() {
            return "--tls-version=";
        }
    }
}
