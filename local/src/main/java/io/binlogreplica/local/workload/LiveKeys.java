package io.binlogreplica.local.workload;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Which integer keys the rows of a table have now. */
final class LiveKeys {

    private static final int REMEMBERED_MAX = 256;

    private int[] keys = new int[1024];
    private int size;
    private int highest;

    /** Keys removed not long ago, the last one at the end. */
    private final int[] removed = new int[REMEMBERED_MAX];

    private int removedSize;

    int size() {
        return size;
    }

    /** Adds a key that no row ever had. */
    int addFresh() {
        return add(++highest);
    }

    /** Adds a key that no row has now: a fresh one, or now and then one that was removed a moment ago. */
    int add(SplittableRandom random) {
        return removedSize > 0 && random.nextInt(4) == 0 ? add(removed[--removedSize]) : addFresh();
    }

    private int add(int key) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
        }
        keys[size++] = key;
        return key;
    }

    /** Different keys of rows, any of them; fewer when there are not so many. */
    int[] pick(SplittableRandom random, int wanted) {
        int count = Math.min(wanted, size);
        for (int i = 0; i < count; i++) {
            int last = size - 1 - i;
            int other = random.nextInt(last + 1);
            int key = keys[other];
            keys[other] = keys[last];
            keys[last] = key;
        }
        return Arrays.copyOfRange(keys, size - count, size);
    }

    /** Like {@link #pick}, and removes them. */
    int[] take(SplittableRandom random, int wanted) {
        int[] taken = pick(random, wanted);
        size -= taken.length;
        for (int key : taken) {
            if (removedSize < REMEMBERED_MAX) {
                removed[removedSize++] = key;
            }
        }
        return taken;
    }
}
