package io.binlogreplica.source;

import io.binlogreplica.record.PluginVersion;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;

/** The door through which Connect comes to {@link SourceRun}. */
public final class BinlogSourceTask extends SourceTask {

    private volatile @Nullable SourceRun run;

    @Override
    public String version() {
        return PluginVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        run = new SourceRun(properties, context);
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        SourceRun running = run;
        return running == null ? null : running.poll();
    }

    @Override
    public void commitRecord(SourceRecord sent, @Nullable RecordMetadata metadata) {
        SourceRun running = run;
        if (running != null) {
            running.sent(sent);
        }
    }

    /** Connect calls this once its thread has left {@link #poll} for the last time. */
    @Override
    public void stop() {
        SourceRun running = run;
        if (running != null) {
            running.close();
            run = null;
        }
    }
}
