package io.binlogreplica.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.database.ForeignKey;
import io.binlogreplica.record.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeftoversTest {

    private static final TableId HEAD = new TableId("d", "head");
    private static final TableId FOLLOWER = new TableId("d", "follower");

    @Test
    void rowsAreFoundByTheForeignKeysThatLeadToThem() {
        var ofHead = new ForeignKey("h", FOLLOWER, List.of("head", "part"), HEAD, List.of("id", "no"), true);
        var ofFollower =
                new ForeignKey("f", new TableId("d", "holds"), List.of("follower"), FOLLOWER, List.of("id"), false);
        assertThat(Leftovers.sql(List.of(ofHead, ofFollower), "`id` = ?"))
                .isEqualTo("DELETE `d`.`holds` FROM `d`.`holds` JOIN (SELECT `d`.`follower`.`id` FROM `d`.`follower`"
                        + " JOIN (SELECT `id`, `no` FROM `d`.`head` WHERE `id` = ?) parent"
                        + " ON `d`.`follower`.`head` = parent.`id` AND `d`.`follower`.`part` = parent.`no`) parent"
                        + " ON `d`.`holds`.`follower` = parent.`id`");
    }
}
