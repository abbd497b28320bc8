package io.binlogreplica.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlErrorsTest {

    /** Numbers with the states that servers send them with. */
    @ParameterizedTest
    @CsvSource({
        "1213,40001,REFUSED",
        "1205,HY000,REFUSED",
        "1020,HY000,REFUSED",
        "1317,70100,REFUSED",
        "2013,HY000,UNKNOWN_OUTCOME",
        "1927,70100,UNKNOWN_OUTCOME",
        "1053,08S01,UNKNOWN_OUTCOME",
        "1040,08004,UNAVAILABLE",
        "1290,HY000,UNAVAILABLE",
        "1836,HY000,UNAVAILABLE",
        "1881,HY000,UNAVAILABLE",
        "1021,HY000,UNAVAILABLE",
        "1114,HY000,UNAVAILABLE",
        "1047,08S01,UNAVAILABLE",
        "1062,23000,DATA",
        "1048,23000,DATA",
        "1364,HY000,DATA",
        "1366,22007,DATA",
        "1406,22001,DATA",
        "1451,23000,DATA",
        "1452,23000,DATA",
        "1644,45000,DATA",
        "3819,HY000,DATA",
        "4025,23000,DATA",
        "1153,08S01,DATA",
        "1054,42S22,STRUCTURE",
        "1146,42S02,STRUCTURE",
        "1785,HY000,STRUCTURE",
        "1932,42S02,STRUCTURE",
        "3098,HY000,STRUCTURE",
        "1044,42000,DENIED",
        "1045,28000,UNAVAILABLE",
        "1142,42000,DENIED",
        "1064,42000,OTHER",
        "1105,HY000,OTHER"
    })
    void theNumberTells(int number, String state, SqlFailure expected) {
        assertThat(SqlErrors.classify(new SQLException("", state, number))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "08000,UNKNOWN_OUTCOME",
        "22999,DATA",
        "23000,DATA",
        "45001,DATA",
        "40001,REFUSED",
        "42000,OTHER",
        "'',OTHER"
    })
    void theStateTellsWhereTheNumberIsNotKnown(String state, SqlFailure expected) {
        assertThat(SqlErrors.classify(new SQLException("", state, 60_000))).isEqualTo(expected);
    }

    @Test
    void theDriversOwnExceptionsHaveNoNumber() {
        assertThat(SqlErrors.classify(new SQLNonTransientConnectionException("closed")))
                .isEqualTo(SqlFailure.UNKNOWN_OUTCOME);
        assertThat(SqlErrors.classify(new SQLException("?"))).isEqualTo(SqlFailure.OTHER);
    }

    @Test
    void theDriversClassForAllStatesThatItDoesNotKnowTellsNothing() {
        assertThat(SqlErrors.classify(new SQLTransientConnectionException("no database selected", "3D000", 1046)))
                .isEqualTo(SqlFailure.OTHER);
        assertThat(SqlErrors.classify(new SQLTransientConnectionException("of a trigger", "45000", 1644)))
                .isEqualTo(SqlFailure.DATA);
    }

    @Test
    void aCauseTellsWhatItsWrapperDoesNot() {
        var deadlock = new SQLException("", "40001", 1213);
        assertThat(SqlErrors.classify(new BatchUpdateException("", null, 0, new int[0], deadlock)))
                .isEqualTo(SqlFailure.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"REFUSED", "UNKNOWN_OUTCOME", "UNAVAILABLE"})
    void whatPassesByItselfIsNeverATablesFault(SqlFailure failure) {
        assertThat(failure.isTransient()).isTrue();
        assertThat(failure.isOfTable()).isFalse();
    }
}
