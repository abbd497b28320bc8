package io.binlogreplica.local.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.operate.PairStatus.ConnectorLine;
import io.binlogreplica.local.operate.PairStatus.PositionLine;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairStatusTest {

    private static final PositionLine POSITION = new PositionLine("0-1-93 binlog.000007:4711", 350, 2_400);

    @Test
    void isWellWhileBothRun() {
        PairStatus status = status("RUNNING", "");
        assertThat(status.exitStatus()).isZero();
        assertThat(status.lines())
                .containsExactly(
                        "binlog-source: RUNNING on worker:8083",
                        "replica-sink: RUNNING on worker:8083",
                        "applied up to 0-1-93 binlog.000007:4711, 2 s ago; that change was 0.4 s old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PAUSED", "STOPPED", "FAILED", "UNASSIGNED", "MISSING", "NO TASK"})
    void isNotWellWhileOneDoesNot(String state) {
        PairStatus status = status(state, "");
        assertThat(status.exitStatus()).isEqualTo(1);
        assertThat(status.lines()).contains("binlog-source: " + state + " on worker:8083");
        assertThat(status.json()).contains("\"healthy\" : false", "\"state\" : \"" + state + "\"");
    }

    @Test
    void saysWhyTheReplicaCouldNotBeAsked() {
        PairStatus status = status("RUNNING", "cannot connect to the replica");
        assertThat(status.exitStatus()).isEqualTo(1);
        assertThat(status.lines())
                .containsExactly(
                        "binlog-source: RUNNING on worker:8083",
                        "replica-sink: RUNNING on worker:8083",
                        "cannot connect to the replica");
        assertThat(status.json())
                .contains("\"healthy\" : false", "\"replica_error\" : \"cannot connect to the replica\"");
    }

    private static PairStatus status(String sourceState, String replicaError) {
        return new PairStatus(
                List.of(
                        new ConnectorLine("binlog-source", sourceState, "worker:8083", ""),
                        new ConnectorLine("replica-sink", "RUNNING", "worker:8083", "")),
                replicaError,
                replicaError.isEmpty() ? POSITION : null,
                List.of());
    }
}
