package io.binlogreplica.sink.drift;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlteredBeforehandTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t ADD c INT",
                "ALTER TABLE t ADD COLUMN IF NOT EXISTS `c` DECIMAL(10,2) UNSIGNED DEFAULT NULL AFTER id",
                "alter table t drop column c",
                "ALTER TABLE t ADD UNIQUE INDEX i (a, b)",
                "CREATE INDEX i ON t (a, b)",
                "DROP INDEX i ON t"
            })
    void oneColumnOrIndexComesOrGoes(String sql) {
        assertThat(AlteredBeforehand.isOneThing(sql)).isTrue();
    }

    /** Part of it may have been done on the replica, and others not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t ADD c INT, ADD d INT",
                "ALTER TABLE t ADD INDEX i (a), RENAME COLUMN a TO b, RENAME COLUMN b TO a",
                "ALTER TABLE t ADD INDEX i (a), DROP INDEX j",
                "ALTER TABLE t ADD (c INT, d INT)",
                "ALTER TABLE t ADD COLUMN (c INT)",
                "ALTER TABLE t ADD c INT DEFAULT 5",
                "ALTER TABLE t ADD c INT NULL default\n5",
                "ALTER TABLE t ADD c INT COMMENT '(' , ADD d INT COMMENT ')'",
                "ALTER TABLE t ADD c INT /* ( */ , ADD d INT /* ) */",
                "ALTER TABLE t ADD c INT -- (\n, ADD d INT -- )",
                "ALTER TABLE t DROP FOREIGN KEY f",
                "ALTER TABLE t DROP CONSTRAINT f",
                "ALTER TABLE t ADD FOREIGN KEY IF NOT EXISTS f (a) REFERENCES p (id)",
                "ALTER TABLE t ADD p INT REFERENCES p (id)"
            })
    void moreThanOneThing(String sql) {
        assertThat(AlteredBeforehand.isOneThing(sql)).isFalse();
    }
}
