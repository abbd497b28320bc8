package io.binlogreplica.source.config;

import io.binlogreplica.database.Choices;
import io.binlogreplica.database.NumberRange;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.jspecify.annotations.Nullable;

/**
 * What Connect's producer does with records.
 *
 * @param recordBytesMax it sends none that is larger
 * @param onLarger what becomes of a table with a row whose record would be larger
 * @param dropsRefused whether Connect passes over records that Kafka refuses
 */
public record DeliveryConfig(long recordBytesMax, EventFailure onLarger, boolean dropsRefused) {

    public static final String RECORD_BYTES_MAX = "max.record.bytes";
    public static final String ON_LARGER = "large.record.handling.mode";
    public static final String REQUEST_SIZE = "producer.override.max.request.size";
    public static final String BUFFER = "producer.override.buffer.memory";

    private static final String TOLERANCE = "errors.tolerance";
    private static final long REQUEST_SIZE_DEFAULT = 1L << 20;
    private static final long BUFFER_DEFAULT = 32L << 20;
    private static final String GROUP = "Flow";
    private static final Choices ON_LARGER_CHOICES = Choices.of("park", "fail");

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        RECORD_BYTES_MAX,
                        ConfigDef.Type.LONG,
                        null,
                        new NumberRange(1, Integer.MAX_VALUE),
                        Importance.MEDIUM,
                        "The largest record that the producer sends, in bytes before compression. To be set where the"
                                + " worker's own settings say so; otherwise it is what " + REQUEST_SIZE + " and "
                                + BUFFER
                                + " say, or their defaults of 1 and 32 MiB.",
                        GROUP,
                        11,
                        Width.SHORT,
                        "Largest record")
                .define(
                        ON_LARGER,
                        ConfigDef.Type.STRING,
                        "fail",
                        ON_LARGER_CHOICES.validator(),
                        Importance.MEDIUM,
                        "What to do when the record of a row would be larger. fail: stop, with the row's table and key and"
                                + " the record's size. park: leave the table's changes out and copy it anew until that works,"
                                + " with growing waits, while all other tables go on.",
                        GROUP,
                        12,
                        Width.SHORT,
                        "Large records",
                        ON_LARGER_CHOICES);
    }

    static DeliveryConfig of(AbstractConfig config) {
        Map<String, Object> all = config.originals();
        Long wanted = config.getLong(RECORD_BYTES_MAX);
        long producer =
                Math.min(number(all.get(REQUEST_SIZE), REQUEST_SIZE_DEFAULT), number(all.get(BUFFER), BUFFER_DEFAULT));
        return new DeliveryConfig(
                wanted == null ? producer : wanted,
                EventFailure.valueOf(config.getString(ON_LARGER).toUpperCase(Locale.ROOT)),
                "all".equals(all.get(TOLERANCE)));
    }

    /** What is no number the producer will say. */
    private static long number(@Nullable Object setting, long otherwise) {
        String text = setting == null ? "" : setting.toString().trim();
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : otherwise;
    }
}
