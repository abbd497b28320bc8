package io.binlogreplica.record;

import java.math.BigDecimal;

/**
 * Some rows in little space. The sum does not depend on the rows' order, and counts equal rows as often as they are there.
 *
 * @param rows how many
 * @param sum of 64 bits of each row's SHA-256
 */
public record Checksum(long rows, BigDecimal sum) {

    public Checksum {
        sum = sum.stripTrailingZeros();
    }
}
