package io.binlogreplica.source.binlog;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The events of a compressed transaction (MySQL's {@code binlog_transaction_compression}), one by one: what is decompressed is never
 * more than one of them. Layout:
 * https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Transaction__payload__event.html
 */
final class PayloadEvents {

    private static final int END = 0;
    private static final int COMPRESSION_TYPE = 2;

    private static final int ZSTD = 0;
    private static final int NONE = 255;

    private final InputStream in;

    private PayloadEvents(InputStream in) {
        this.in = in;
    }

    /** Fields (type, length, value) up to a zero, then the payload. */
    static PayloadEvents open(ByteCursor in) {
        int compression = ZSTD;
        for (int field = in.packedInt(); field != END; field = in.packedInt()) {
            int length = in.packedInt();
            int end = in.position() + length;
            if (field == COMPRESSION_TYPE) {
                compression = in.packedInt();
            }
            in.skip(end - in.position());
        }
        var payload = new ByteArrayInputStream(in.bytes(), in.position(), in.remaining());
        try {
            return switch (compression) {
                case ZSTD -> new PayloadEvents(new ZstdInputStream(payload));
                case NONE -> new PayloadEvents(payload);
                default ->
                    throw new BinlogException("a transaction is compressed by method number " + compression
                            + ", which this connector does not know");
            };
        } catch (IOException e) {
            throw new BinlogException("a compressed transaction cannot be read: " + e.getMessage(), e);
        }
    }

    /** The next event, which has no checksum; null when there are no more. */
    @Nullable
    RawEvent next() {
        try {
            byte[] header = in.readNBytes(RawEvent.HEADER_LENGTH);
            if (header.length == 0) {
                in.close();
                return null;
            }
            if (header.length < RawEvent.HEADER_LENGTH) {
                throw new BinlogException("a compressed transaction ends within an event");
            }
            int length = new RawEvent(header, header.length).lengthInHeader();
            byte[] bytes = new byte[length];
            System.arraycopy(header, 0, bytes, 0, header.length);
            if (in.readNBytes(bytes, header.length, length - header.length) < length - header.length) {
                throw new BinlogException("a compressed transaction ends within an event");
            }
            return new RawEvent(bytes, length);
        } catch (IOException e) {
            throw new BinlogException("a compressed transaction cannot be read: " + e.getMessage(), e);
        }
    }
}
