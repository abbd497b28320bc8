package io.binlogreplica.local.console;

import java.util.Locale;

/** Numbers and bars as people read them. */
public final class Text {

    private static final int BAR_CELLS = 20;

    private Text() {}

    /** {@code 1,234,567} */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 12 s}, {@code 2 min 5 s}, {@code 1 h 3 min}. */
    public static String duration(double seconds) {
        long whole = Math.max(0, Math.round(seconds));
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3_600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3_600 + " h " + whole % 3_600 / 60 + " min";
    }

    /**
     * A line that says how far something is: {@code Copying [#####...............]  25 %  50,000 rows  12,500 rows/s  12 s left}.
     *
     * @param unit what is counted
     * @param perSecond how fast; 0 when that is not known, and then it is not said either how much time is left
     * @param note what else there is to say; may be empty
     */
    public static String progress(String title, long done, long total, String unit, double perSecond, String note) {
        long shown = Math.max(0, Math.min(done, total));
        double share = total <= 0 ? 0 : (double) shown / total;
        int cells = (int) (share * BAR_CELLS);
        var line = new StringBuilder(title)
                .append(" [")
                .append("#".repeat(cells))
                .append(".".repeat(BAR_CELLS - cells))
                .append(String.format(Locale.ROOT, "] %3d %%  ", (int) (share * 100)))
                .append(count(shown))
                .append(' ')
                .append(unit);
        if (perSecond >= 0.5) {
            line.append("  ")
                    .append(count(Math.round(perSecond)))
                    .append(' ')
                    .append(unit)
                    .append("/s  ")
                    .append(duration((total - shown) / perSecond))
                    .append(" left");
        }
        return note.isEmpty() ? line.toString() : line.append("  ").append(note).toString();
    }
}
