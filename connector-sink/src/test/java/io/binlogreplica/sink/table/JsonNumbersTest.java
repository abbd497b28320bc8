package io.binlogreplica.sink.table;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.database.SqlFailure;
import java.sql.SQLException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** K9. */
class JsonNumbersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": [1, 2.5, -0.0, 1e20, 1.7976931348623157e308, 0.1, 0.30000000000000004]}",
                "[18446744073709551615, -9223372036854775808, 12.500000000000000000000000]",
                "{\"1234567890.123456789012345678\": \"\\\"1234567890.123456789012345678\"}",
                "null"
            })
    void numbersThatDoublesAndIntegersHoldPass(String document) {
        assertThatCode(() -> JsonNumbers.requireExact(document)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1234567890.123456789012345678}",
                "[18446744073709551616000000001]",
                "[-9223372036854775809]",
                "0.300000000000000040001"
            })
    void numbersThatWouldLoseDigitsAreRefusedAsData(String document) {
        assertThatThrownBy(() -> JsonNumbers.requireExact(document))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> Assertions.assertThat(SqlErrors.classify(e)).isEqualTo(SqlFailure.DATA))
                .hasMessageContaining("would become a double");
    }
}
