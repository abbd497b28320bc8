package io.binlogreplica.local.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveKeysTest {

    private final SplittableRandom random = new SplittableRandom(1);
    private final LiveKeys keys = new LiveKeys();

    @Test
    void addsOnlyKeysThatNoRowHasAndTakesOnlyThoseThatOneHas() {
        Set<Integer> expected = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(5) < 3) {
                assertThat(expected.add(keys.add(random))).isTrue();
            } else {
                int[] picked = keys.pick(random, 3);
                assertThat(Arrays.stream(picked).boxed())
                        .doesNotHaveDuplicates()
                        .isSubsetOf(expected);
                Arrays.stream(keys.take(random, 3))
                        .forEach(key -> assertThat(expected.remove(key)).isTrue());
            }
            assertThat(keys.size()).isEqualTo(expected.size());
        }
    }

    @Test
    void removedKeysComeBack() {
        keys.addFresh();
        keys.take(random, 1);
        assertThat(IntStream.range(0, 100).map(i -> keys.add(random))).contains(1);
    }

    @Test
    void givesFewerKeysThanWantedWhenThereAreFewer() {
        assertThat(keys.pick(random, 5)).isEmpty();
        keys.addFresh();
        assertThat(keys.take(random, 5)).containsExactly(1);
        assertThat(keys.size()).isZero();
    }
}
