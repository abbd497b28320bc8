package io.binlogreplica.source.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    private static final byte DOUBLE = 11;
    private static final byte OPAQUE = 15;

    /** As MySQL 9.7 prints them: a replica that keeps documents as text must have the same text from the table and from the binlog. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0",
                "-0.0",
                "0.1",
                "2.5",
                "0.0000001",
                "-0.00000016102949018659274",
                "0.000000000000001",
                "1e-16",
                "1.5e-16",
                "100000000000000.0",
                "123456789012345.0",
                "1e15",
                "1234567890123456.5",
                "1.25e15",
                "123456789012345.6",
                "1e20",
                "2.2250738585072014e-308",
                "1.7976931348623157e308",
                "0.30000000000000004",
                "0.00000000000005684341886080802",
                "5e-324"
            })
    void numbersAreWrittenAsTheServerDoes(String text) {
        byte[] value = ByteBuffer.allocate(1 + Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(DOUBLE)
                .putDouble(Double.parseDouble(text))
                .array();
        assertThat(JsonText.of(value)).isEqualTo(text);
    }

    /** In lines of 76 characters, as {@code base64_encode} of the server makes them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 57, 58, 114, 115, 200})
    void bytesAreWrittenAsTheServerDoes(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xa5);
        var text = new StringBuilder();
        for (int from = 0; from < length; from += 57) {
            text.append(from == 0 ? "" : "\\n")
                    .append(Base64.getEncoder()
                            .encodeToString(Arrays.copyOfRange(bytes, from, Math.min(from + 57, length))));
        }
        assertThat(JsonText.of(opaque(15, bytes))).isEqualTo("\"base64:type15:" + text + "\"");
    }

    @Test
    void textInAFormOfItsOwnIsAString() {
        assertThat(JsonText.of(opaque(253, "a\"ä".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("\"a\\\"ä\"");
    }

    private static byte[] opaque(int columnType, byte[] bytes) {
        var value = ByteBuffer.allocate(bytes.length + 4).put(OPAQUE).put((byte) columnType);
        if (bytes.length < 128) {
            value.put((byte) bytes.length);
        } else {
            value.put((byte) (bytes.length & 127 | 128)).put((byte) (bytes.length >> 7));
        }
        return Arrays.copyOf(value.put(bytes).array(), value.position());
    }
}
