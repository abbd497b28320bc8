package io.binlogreplica.checksum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.Column.Generated;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.KeyRange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which columns are compared, and by what; the values themselves are for tests on servers. */
class ComparedColumnTest {

    private static final KeyRange ALL = new KeyRange(null, null);

    private static final TableSchema TABLE = new TableSchema(
            new TableId("shop", "orders"),
            List.of(
                    column("id", "int", Generated.NO),
                    column("d", "json", Generated.NO),
                    column("once", "int", Generated.STORED),
                    column("now", "int", Generated.VIRTUAL)),
            List.of(0));

    /** On either side, of its own. */
    @Test
    void aDocumentIsWhatAReplicaMakesOfItsText() {
        String once = "CAST(CAST(CAST(`d` AS CHAR CHARACTER SET utf8mb4) AS JSON) AS CHAR CHARACTER SET utf8mb4)";
        assertThat(DigestForm.NATIVE.onPrimary(TABLE).checksum(ALL)).contains("SHA2(" + once + ", 256)");
        assertThat(DigestForm.NATIVE
                        .onReplica(TABLE, Flavor.MYSQL, TABLE, Flavor.MYSQL)
                        .checksum(ALL))
                .contains("SHA2(" + once + ", 256)");
    }

    @Test
    void whatIsMadeAnewAtEachLookIsNotCompared() {
        for (DigestForm form : DigestForm.values()) {
            assertThat(form.onPrimary(TABLE).columnNames())
                    .contains("id", "once")
                    .doesNotContain("now");
        }
        assertThat(DigestForm.NATIVE.leftOut(TABLE)).isEmpty();
        assertThat(DigestForm.PORTABLE.leftOut(TABLE)).containsExactly("d");
        Column virtual = column("now", "int", Generated.VIRTUAL);
        assertThatThrownBy(() -> ComparedColumn.of(virtual, virtual, true, false))
                .hasMessage("column now: VIRTUAL, made of columns that are compared");
        assertThat(ComparedColumn.of(virtual, column("now", "int", Generated.NO), true, false)
                        .expression())
                .as("one that the replica keeps")
                .isEqualTo("`now`");
    }

    /** Whoever has another form must not take it for this one. */
    @Test
    void formsOfOtherVersionsAreNotKnown() {
        assertThat(DigestForm.of(DigestForm.NATIVE.code())).isEqualTo(DigestForm.NATIVE);
        assertThat(DigestForm.of("native-1")).isNull();
        assertThat(DigestForm.of("portable-1")).isNull();
    }

    private static Column column(String name, String type, Generated generated) {
        return new Column(name, ColumnType.parse(type, null, null), true, generated);
    }
}
