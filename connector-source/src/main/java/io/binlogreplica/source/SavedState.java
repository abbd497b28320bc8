package io.binlogreplica.source;

import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.offset.SignalOffset;
import io.binlogreplica.source.offset.StreamOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.offset.VerifyOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/** What Connect has kept of earlier runs. */
final class SavedState {

    private final OffsetStorageReader offsets;
    private final String prefix;

    SavedState(OffsetStorageReader offsets, String prefix) {
        this.offsets = offsets;
        this.prefix = prefix;
    }

    /** Where the stream is to go on; null when nothing was saved. */
    @Nullable
    StreamOffset stream(Flavor flavor) {
        return StreamOffset.of(offsets.offset(StreamOffset.partition(prefix)), flavor);
    }

    /** Which signals were carried out; null when nothing was saved. */
    @Nullable
    SignalOffset signals(String topic) {
        return SignalOffset.of(offsets.offset(SignalOffset.partition(prefix, topic)));
    }

    /** How far tables were verified; null when nothing was saved. */
    @Nullable
    VerifyOffset verified() {
        return VerifyOffset.of(offsets.offset(VerifyOffset.partition(prefix)));
    }

    /** How far the copy of a table is; null when nothing was saved of it. */
    @Nullable
    TableOffset table(TableId table) {
        return TableOffset.of(offsets.offset(TableOffset.partition(prefix, table)));
    }

    /** How far the copy of each table is; null for those of which nothing was saved. */
    Map<TableId, @Nullable TableOffset> tables(List<TableId> tables) {
        Map<Map<String, String>, Map<String, Object>> saved = offsets.offsets(tables.stream()
                .map(table -> TableOffset.partition(prefix, table))
                .toList());
        var byTable = new LinkedHashMap<TableId, @Nullable TableOffset>();
        for (TableId table : tables) {
            byTable.put(table, TableOffset.of(saved.get(TableOffset.partition(prefix, table))));
        }
        return byTable;
    }
}
