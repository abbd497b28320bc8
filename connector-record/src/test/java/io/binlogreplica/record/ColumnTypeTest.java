package io.binlogreplica.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class ColumnTypeTest {

    @Test
    void readsWhatServersPrint() {
        assertThat(parse("int(10) unsigned zerofill").unsigned()).isTrue();
        assertThat(parse("int(11)")).isEqualTo(parse("int"));
        assertThat(parse("decimal(65,30)")).satisfies(t -> {
            assertThat(t.length()).isEqualTo(65);
            assertThat(t.scale()).isEqualTo(30);
        });
        assertThat(parse("decimal")).isEqualTo(parse("decimal(10,0)"));
        assertThat(parse("timestamp(6)").fractionDigits()).isEqualTo(6);
        assertThat(parse("datetime").fractionDigits()).isZero();
        assertThat(parse("varchar(20) /*M!100301 COMPRESSED*/").length()).isEqualTo(20);
        assertThat(parse("bit(64)").length()).isEqualTo(64);
        assertThat(parse("year(4)")).isEqualTo(parse("year"));
        assertThat(parse("double(7,3) unsigned").unsigned()).isTrue();
        assertThat(parse("geomcollection").type()).isEqualTo(SqlType.GEOMETRYCOLLECTION);
        assertThat(parse("vector(1536)").length()).isEqualTo(1536);
    }

    @Test
    void labelsKeepCommasQuotesAndParentheses() {
        assertThat(parse("enum('a,b','it''s','),(','')").labels()).containsExactly("a,b", "it's", "),(", "");
        assertThat(parse("set('back\\\\slash\\\\','a\\nb')").labels()).containsExactly("back\\slash\\", "a\nb");
    }

    @Test
    void aSetWithALabelThatTextDoesNotTellIsANumber() {
        ColumnType type = parse("set('','a')");
        assertThat(type.setValue(0)).isEqualTo("");
        assertThat(type.setValue(1)).isEqualTo(new ExactValue("1"));
        assertThat(type.setValue(2)).isEqualTo("a");
        assertThat(type.setValue(3)).isEqualTo(new ExactValue("3"));
        assertThat(type.setValue(4)).isEqualTo(new ExactValue("4"));
    }

    @Test
    void refusesWhatIsNoType() {
        assertThatThrownBy(() -> parse("intt")).hasMessageContaining("intt");
        assertThatThrownBy(() -> parse("varchar(x)")).hasMessageContaining("varchar(x)");
        assertThatThrownBy(() -> parse("enum('a")).hasMessageContaining("enum('a");
    }

    @Property
    void labelsSurvivePrintingAndReading(@ForAll @NotEmpty List<String> labels) {
        var type = new ColumnType(SqlType.SET, -1, 0, false, labels, "utf8mb4", null);
        assertThat(ColumnType.parse(type.columnType(), "utf8mb4", null)).isEqualTo(type);
    }

    private static ColumnType parse(String type) {
        return ColumnType.parse(type, null, null);
    }
}
