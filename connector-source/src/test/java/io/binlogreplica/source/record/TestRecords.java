package io.binlogreplica.source.record;

import java.util.Map;

/** Records without content, for tests of what becomes of them. */
public final class TestRecords {

    private TestRecords() {}

    public static ChangeRecord record(boolean last) {
        return new ChangeRecord(last, Map.of(), Map.of(), "topic", null, null, null, null, null, null);
    }
}
