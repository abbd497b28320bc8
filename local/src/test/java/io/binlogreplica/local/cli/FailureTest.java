package io.binlogreplica.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class FailureTest {

    @Test
    void namesTheCausesThatSayMore() {
        var failure = new IllegalStateException("no answer", new IOException("connection refused"));
        assertThat(Failure.text(failure)).isEqualTo("no answer\n  because: connection refused");
    }

    @Test
    void doesNotRepeatACause() {
        assertThat(Failure.text(new UncheckedIOException(new IOException("disk full"))))
                .isEqualTo("java.io.IOException: disk full");
    }

    @Test
    void hasAlwaysSomethingToSay() {
        assertThat(Failure.text(new StackOverflowError())).isEqualTo("StackOverflowError");
    }
}
