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
                .isEqualTo("DELETE child FROM `d`.`holds` child JOIN (SELECT child.`id` FROM `d`.`follower` child"
                        + " JOIN (SELECT `id`, `no` FROM `d`.`head` WHERE `id` = ?) parent"
                        + " ON child.`head` = parent.`id` AND child.`part` = parent.`no`) parent"
                        + " ON child.`follower` = parent.`id`");
    }
}
