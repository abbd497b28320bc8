package io.binlogreplica.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.record.TableId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForeignKeysTest {

    private static final TableId CHILD = new TableId("shop", "line");

    @Test
    void readsConstraintsAsServersPrintThem() {
        var keys = ForeignKeys.parse(Map.of(CHILD, """
                CREATE TABLE `line` (
                  `id` int(11) NOT NULL,
                  `order``s id` int(11) DEFAULT NULL COMMENT 'CONSTRAINT `x` FOREIGN KEY (`y`) REFERENCES `z` (`w`)',
                  PRIMARY KEY (`id`),
                  CONSTRAINT `one` FOREIGN KEY (`order``s id`, `id`) REFERENCES `order.s` (`a`, `b`) ON DELETE CASCADE,
                  CONSTRAINT `two` FOREIGN KEY (`id`) REFERENCES `other`.`t` (`id`) ON UPDATE NO ACTION
                ) ENGINE=InnoDB"""));
        var orders = new TableId("shop", "order.s");
        var other = new TableId("other", "t");
        assertThat(keys.ofChild(CHILD))
                .containsExactly(
                        new ForeignKey("one", CHILD, List.of("order`s id", "id"), orders, List.of("a", "b"), true),
                        new ForeignKey("two", CHILD, List.of("id"), other, List.of("id"), false));
        assertThat(keys.ofParent(orders)).hasSize(1);
        assertThat(keys.group(other)).containsExactlyInAnyOrder(CHILD, orders, other);
        assertThat(keys.group(new TableId("shop", "alone"))).containsExactly(new TableId("shop", "alone"));
    }

    @Test
    void findsWhatCascadesInACircle() {
        var keys = new ForeignKeys(List.of(
                cascade("top", "one"),
                cascade("one", "two"),
                cascade("two", "one"),
                cascade("two", "leaf"),
                cascade("tree", "tree"),
                cascade("root", "left"),
                cascade("root", "right"),
                cascade("left", "both"),
                cascade("right", "both"),
                restrict("leaf", "top"),
                restrict("both", "root")));
        assertThat(List.of("top", "one", "two", "leaf", "tree", "root", "left", "right", "both"))
                .filteredOn(table -> keys.isCascadingInCircles(new TableId("shop", table)))
                .containsExactly("top", "one", "two");
    }

    private static ForeignKey cascade(String parent, String child) {
        return key(parent, child, true);
    }

    private static ForeignKey restrict(String parent, String child) {
        return key(parent, child, false);
    }

    private static ForeignKey key(String parent, String child, boolean cascades) {
        return new ForeignKey(
                parent + child,
                new TableId("shop", child),
                List.of("p"),
                new TableId("shop", parent),
                List.of("id"),
                cascades);
    }
}
