package io.binlogreplica.sink.table;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.database.SqlFailure;
import io.binlogreplica.record.SqlType;
import java.sql.SQLException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundedColumnTest {

    /** What a column of the same type on the primary has. */
    @ParameterizedTest
    @CsvSource({
        "DOUBLE, 2, 0.1",
        "DOUBLE, 2, -1234567.89",
        "DOUBLE, 4, 1234567890123.4568",
        "DOUBLE, 4, 0.1235",
        "DOUBLE, 0, -9007199254740993",
        "DOUBLE, 30, 9.999999999999999e-31",
    })
    void numbersThatAreRoundedAlreadyPass(SqlType type, int digits, double number) {
        assertThatCode(() -> new RoundedColumn(type, digits).requireKept(number))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"3, 1234.567", "3, -9999.999", "1, 0.1", "0, 16777216"})
    void floatsThatAreRoundedAlreadyPass(int digits, float number) {
        assertThatCode(() -> new RoundedColumn(SqlType.FLOAT, digits).requireKept(number))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "DOUBLE, 2, 0.125",
        "DOUBLE, 2, -1234567.891",
        "DOUBLE, 0, 0.5",
        "DOUBLE, 2, -0.0",
        "FLOAT, 1, 0.25",
    })
    void numbersThatWouldBeRoundedAreRefusedAsData(SqlType type, int digits, double number) {
        assertThatThrownBy(() -> new RoundedColumn(type, digits).requireKept(number))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> Assertions.assertThat(SqlErrors.classify(e)).isEqualTo(SqlFailure.DATA))
                .hasMessageContaining("would become");
    }
}
