package io.binlogreplica.source.config;

import io.binlogreplica.database.Choices;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** What becomes of a table whose changes in the binlog cannot be carried exactly. */
public enum EventFailure {
    /** Its changes are left out and it is copied anew; all other tables go on. */
    PARK,
    /** The task stops. */
    FAIL;

    public static final String MODE = "event.processing.failure.handling.mode";

    private static final Choices CHOICES = Choices.of("park", "fail");

    static ConfigDef define(ConfigDef def) {
        return def.define(
                MODE,
                ConfigDef.Type.STRING,
                "park",
                CHOICES.validator(),
                Importance.MEDIUM,
                "What to do when changes of a table cannot be carried exactly, such as a row image that lacks columns. park:"
                        + " leave its changes out and copy it anew, while all other tables go on. fail: stop. No change is"
                        + " ever passed over in silence.",
                "Flow",
                10,
                Width.SHORT,
                "Failing events",
                CHOICES);
    }

    static EventFailure of(AbstractConfig config) {
        return valueOf(config.getString(MODE).toUpperCase(Locale.ROOT));
    }
}
