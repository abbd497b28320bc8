package io.binlogreplica.sink.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.record.RowDigest;
import io.binlogreplica.sink.verify.Difference.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferenceTest {

    private static final RowDigest ONE = row("1", "10", "a", "b");
    private static final RowDigest TWO = row("2", "20", "c", "");
    private static final RowDigest THREE = row("3", "30", "d", "e");

    @Test
    void rowsAreMissingExtraOrDifferent() {
        assertThat(Difference.between(List.of(ONE, TWO), List.of(ONE, TWO), true))
                .isEmpty();
        assertThat(Difference.between(List.of(ONE, TWO), List.of(row("2", "21", "c", "x"), THREE), true))
                .containsExactly(
                        new Difference(Kind.MISSING, List.of("1"), List.of()),
                        new Difference(Kind.DIFFERENT, List.of("2"), List.of(1)),
                        new Difference(Kind.EXTRA, List.of("3"), List.of()));
    }

    /** What the replica has beyond those rows may be what seems to be missing. */
    @Test
    void nothingIsCalledMissingWhereNotAllRowsWereRead() {
        assertThat(Difference.between(List.of(ONE, THREE), List.of(TWO), false))
                .containsExactly(new Difference(Kind.EXTRA, List.of("2"), List.of()));
    }

    private static RowDigest row(String key, String digest, String... columns) {
        return new RowDigest(List.of(key), digest, List.of(columns));
    }
}
