package io.binlogreplica.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.ConnectorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServersTest {

    @Test
    void whatIsWrongWithOneServerIsNoProblemOfTheOther() {
        RunSettings settings = RunSettings.of(
                Path.of("/etc/replica.properties"),
                Map.of(
                        "source.database.hostname", "db1,db2",
                        "source.database.user", "replicator",
                        "sink.database.hostname", "db3",
                        "sink.database.user", "replicator"),
                Map.of(),
                new ConnectorFile("binlog-source", Map.of()),
                new ConnectorFile("replica-sink", Map.of()));
        var problems = new ArrayList<Problem>();
        assertThat(Servers.replica(settings, problems).config().address()).isEqualTo("db3:3306");
        assertThat(problems).isEmpty();
        Servers.primary(settings, problems);
        assertThat(problems).extracting(Problem::setting).containsExactly("source.database.hostname");
    }
}
