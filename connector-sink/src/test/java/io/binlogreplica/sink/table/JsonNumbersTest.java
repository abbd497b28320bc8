package io.binlogreplica.sink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.database.SqlFailure;
import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.SQLException;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** K9. */
class JsonNumbersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": [1, 2.5, -0.0, 1e20, 1.7976931348623157e308, 0.1, 0.30000000000000004]}",
                "[18446744073709551615, -9223372036854775808, 12.500000000000000000000000]",
                "{\"1234567890.123456789012345678\": \"\\\"1234567890.123456789012345678\"}",
                "[0.00000000000000000000, 5e-324]",
                "null"
            })
    void numbersThatDoublesAndIntegersHoldPass(String document) throws SQLException {
        assertThat(JsonNumbers.exactly(document)).isEqualTo(document);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1234567890.123456789012345678}",
                "[18446744073709551616000000001]",
                "[-9223372036854775809]",
                "0.300000000000000040001",
                "[1e-400]",
                "[1e400]",
                "[239.05194313073022]"
            })
    void numbersThatWouldBeOthersAreRefusedAsData(String document) {
        assertThatThrownBy(() -> JsonNumbers.exactly(document))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(SqlErrors.classify(e)).isEqualTo(SqlFailure.DATA))
                .hasMessageContaining("would become");
    }

    /** The first two are those of MySQL's bug 116160. */
    @ParameterizedTest
    @CsvSource({
        "9088544342.689998, 9088544342.689999",
        "9088544342.689999, 9088544342.69",
        "0.9007199254740993, 0.9007199254740992",
        "3e-40, 2.9999999999999998e-40",
        "-18446744073709551616000000000000000000001.5e-20, -184467440737095516160",
        "0.00000000000000000012345678901234567890123, 1.2345678901234568e-19",
        "1.7976931348623157e308, 1.7976931348623157e308",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
        "5e-324, 5e-324",
        "1e-700, 0.0",
        "1e309, NaN",
    })
    void numbersAreReadAsMySqlReadsThem(String text, Double number) {
        assertThat(JsonDoubles.read(text)).isEqualTo(number);
    }

    @Test
    void numbersAreSpelledSuchThatMySqlReadsThemAsTheyAre() throws SQLException {
        assertThat(JsonNumbers.exactly("{\"a\": [9088544342.689999, 1.5], \"9088544342.689999\": -3e-40}"))
                .isEqualTo("{\"a\": [90885443426899986e-7, 1.5], \"9088544342.689999\": -3000000000000000196e-58}");
        assertThat(JsonDoubles.read(JsonNumbers.exactly("0.00000000000005684341886080802")))
                .as("a power of two")
                .isEqualTo(0x1p-44);
        var random = new Random(7);
        int spelled = 0;
        int refused = 0;
        for (int i = 0; i < 30_000; i++) {
            double number = switch (i % 3) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextGaussian() * 1e6;
                default -> random.nextInt(2_000_000_000) / 1e6 * random.nextDouble();
            };
            if (!Double.isFinite(number)) {
                continue;
            }
            String text = printed(number);
            try {
                String exact = JsonNumbers.exactly(text);
                assertThat(JsonDoubles.read(exact)).as(text).isEqualTo(number);
                spelled += exact.equals(text) ? 0 : 1;
            } catch (SQLException e) {
                assertThat(JsonDoubles.read(text)).isNotEqualTo(number);
                refused++;
            }
        }
        assertThat(spelled).isGreaterThan(3_000);
        assertThat(refused).isLessThan(3);
    }

    /** By as few digits as tell it from others. */
    private static String printed(double number) {
        var exact = new BigDecimal(number);
        return IntStream.rangeClosed(1, 17)
                .mapToObj(digits -> exact.round(new MathContext(digits)))
                .filter(rounded -> rounded.doubleValue() == number)
                .findFirst()
                .orElseThrow()
                .toString();
    }
}
