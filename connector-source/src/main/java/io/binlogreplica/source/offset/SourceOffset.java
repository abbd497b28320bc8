package io.binlogreplica.source.offset;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;

/** Where to go on, for one of the partitions that Connect keeps offsets of. */
public sealed interface SourceOffset permits StreamOffset, TableOffset, SignalOffset, VerifyOffset {

    /** As Connect saves it. */
    Map<String, Object> toMap();

    /** Stands in offsets for a text that need only be told from others. */
    static String fingerprint(String text) {
        var checksum = new CRC32C();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(checksum.getValue());
    }
}
