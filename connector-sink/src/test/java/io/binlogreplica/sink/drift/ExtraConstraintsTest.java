package io.binlogreplica.sink.drift;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** T9: constraints that only the replica has. */
class ExtraConstraintsTest {

    private static final String PRIMARY = """
            CREATE TABLE `t` (
              `id` int(11) NOT NULL,
              `unique` int(11) DEFAULT NULL,
              `j` longtext DEFAULT NULL CHECK (json_valid(`j`)),
              `n` int(11) DEFAULT NULL,
              PRIMARY KEY (`id`),
              UNIQUE KEY `n` (`n`),
              CONSTRAINT `f` FOREIGN KEY (`n`) REFERENCES `u` (`id`)
            ) ENGINE=InnoDB""";

    @Test
    void thereAreNoneWhereBothAreTheSame() {
        assertThat(ExtraConstraints.of(PRIMARY, PRIMARY)).isEmpty();
        assertThat(ExtraConstraints.of(PRIMARY, "CREATE TABLE `t` (\n  `id` int(11) NOT NULL\n)"))
                .isEmpty();
    }

    /** As MySQL prints what it was given by MariaDB. */
    @Test
    void aCheckIsTheSameWithAnotherNameAndMoreParentheses() {
        String replica = PRIMARY.replace("longtext DEFAULT NULL CHECK (json_valid(`j`))", "longtext")
                .replace(
                        "`id`)\n)",
                        "`id`),\n  CONSTRAINT `t_chk_1` CHECK (json_valid(`j`)),\n"
                                + "  CONSTRAINT `positive` CHECK ((`n` > 0)),\n  CONSTRAINT `small` CHECK ((`n` < 100))\n)");
        String primary = PRIMARY.replace("`id`)\n)", "`id`),\n  CONSTRAINT `positive` CHECK (`n` > 0)\n)");
        assertThat(ExtraConstraints.of(primary, replica)).containsExactly("CONSTRAINT `small` CHECK ((`n` < 100))");
    }

    /** As MariaDB has what MySQL has as JSON; a text that only the replica has to be JSON is told. */
    @Test
    void thatJsonIsJsonIsNoConstraintOfTheReplica() {
        String replica = PRIMARY;
        String json = replica.replace("longtext DEFAULT NULL CHECK (json_valid(`j`))", "json DEFAULT NULL");
        assertThat(ExtraConstraints.of(json, replica)).isEmpty();
        String text = json.replace("json DEFAULT", "text DEFAULT");
        assertThat(ExtraConstraints.of(text, replica)).containsExactly("`j` CHECK (json_valid(`j`))");
    }

    @Test
    void eachIsToldAsTheServerPrintsIt() {
        String replica = PRIMARY.replace(
                        "UNIQUE KEY `n` (`n`),",
                        "UNIQUE KEY `n` (`n`),\n UNIQUE KEY `more` (`unique`,`n`),\n CONSTRAINT `c` CHECK (`n` < 100),")
                .replace("`unique` int(11) DEFAULT NULL", "`unique` int(11) DEFAULT NULL CHECK (`unique` > 0)")
                .replace("longtext DEFAULT NULL", "longtext CHARACTER SET utf8mb4 DEFAULT NULL")
                .replace("REFERENCES `u` (`id`)", "REFERENCES `u` (`id`) ON DELETE CASCADE");
        assertThat(ExtraConstraints.of(PRIMARY, replica))
                .containsExactly(
                        "`unique` CHECK (`unique` > 0)",
                        "UNIQUE KEY `more` (`unique`,`n`)",
                        "CONSTRAINT `c` CHECK (`n` < 100)",
                        "CONSTRAINT `f` FOREIGN KEY (`n`) REFERENCES `u` (`id`) ON DELETE CASCADE");
    }
}
