package io.binlogreplica.source.snapshot;

/**
 * How far all copies are.
 *
 * @param pending tables whose copy has not begun
 * @param running tables that are being copied
 * @param complete tables whose copy is done or was never wanted
 * @param rows that are copied
 * @param rowsLeft about how many are not, by the primary's guess
 */
public record CopySummary(long pending, long running, long complete, long rows, long rowsLeft) {

    public static final CopySummary NONE = new CopySummary(0, 0, 0, 0, 0);
}
