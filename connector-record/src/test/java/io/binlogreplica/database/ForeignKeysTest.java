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
}
