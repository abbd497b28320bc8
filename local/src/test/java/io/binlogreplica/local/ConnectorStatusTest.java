package io.binlogreplica.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.ConnectorStatus.Part;
import io.binlogreplica.local.ConnectorStatus.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectorStatusTest {

    @Test
    void aFailureIsWorseThanAPause() {
        Part failed = part("task 1", State.FAILED);
        var status =
                new ConnectorStatus(part("connector", State.PAUSED), List.of(part("task 0", State.PAUSED), failed));
        assertThat(status.worst()).isSameAs(failed);
    }

    @Test
    void whatDoesNotRunIsWorseThanWhatRuns() {
        Part waiting = part("task 0", State.UNASSIGNED);
        assertThat(new ConnectorStatus(part("connector", State.RUNNING), List.of(waiting)).worst())
                .isSameAs(waiting);
    }

    @Test
    void whereAllRunsItIsTheConnector() {
        Part connector = part("connector", State.RUNNING);
        assertThat(new ConnectorStatus(connector, List.of(part("task 0", State.RUNNING))).worst())
                .isSameAs(connector);
    }

    private static Part part(String name, State state) {
        return new Part(name, state, "worker:8083", state == State.FAILED ? "trace" : "");
    }
}
