package io.binlogreplica.source.config;

import io.binlogreplica.database.Choices;
import io.binlogreplica.record.NameAdjustment;
import io.binlogreplica.record.SchemaStyle;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** How records' schemas are to be, for formats that have rules for names, and registries that have rules for versions. */
public final class SchemaConfig {

    public static final String SCHEMA_NAMES = "schema.name.adjustment.mode";
    public static final String FIELD_NAMES = "field.name.adjustment.mode";
    public static final String OPTIONAL_FIELDS = "record.optional.fields";

    private static final String GROUP = "Schemas";
    private static final String NULLABLE = "nullable";
    private static final String ALL = "all";

    private SchemaConfig() {}

    static ConfigDef define(ConfigDef def) {
        ConfigDef.Validator modes =
                Choices.of((Object[]) NameAdjustment.values()).validator();
        return def.define(
                        SCHEMA_NAMES,
                        ConfigDef.Type.STRING,
                        NameAdjustment.NONE.toString(),
                        modes,
                        Importance.LOW,
                        "What becomes of names of databases and tables in the names of schemas. none: they stay. avro: all but"
                                + " letters, digits and underscores becomes an underscore. avro_unicode: it becomes _u and"
                                + " its code, as underscores do, so that names stay different. For Avro and Protobuf.",
                        GROUP,
                        1,
                        Width.SHORT,
                        "Names of schemas")
                .define(
                        FIELD_NAMES,
                        ConfigDef.Type.STRING,
                        NameAdjustment.NONE.toString(),
                        modes,
                        Importance.LOW,
                        "Likewise of names of columns in the names of fields. The sink then needs records with schemas, which"
                                + " say the column's own name.",
                        GROUP,
                        2,
                        Width.SHORT,
                        "Names of fields")
                .define(
                        OPTIONAL_FIELDS,
                        ConfigDef.Type.STRING,
                        NULLABLE,
                        Choices.of(NULLABLE, ALL).validator(),
                        Importance.LOW,
                        "Which fields of a row are optional. nullable: those of columns that take NULL. all: all, so that a"
                                + " registry takes columns that are added NOT NULL for BACKWARD compatible. Those of keys"
                                + " never are.",
                        GROUP,
                        3,
                        Width.SHORT,
                        "Optional fields");
    }

    static SchemaStyle of(AbstractConfig config) {
        return new SchemaStyle(
                adjustment(config.getString(SCHEMA_NAMES)),
                adjustment(config.getString(FIELD_NAMES)),
                config.getString(OPTIONAL_FIELDS).equalsIgnoreCase(ALL));
    }

    private static NameAdjustment adjustment(String mode) {
        return NameAdjustment.valueOf(mode.toUpperCase(Locale.ROOT));
    }
}
