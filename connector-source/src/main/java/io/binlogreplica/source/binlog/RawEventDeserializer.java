package io.binlogreplica.source.binlog;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.RotateEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.ChecksumType;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.CRC32;

/**
 * Takes events off the connection as they are. The library's own decoding is not used: it passes over what it cannot decode, and
 * does not verify checksums.
 */
final class RawEventDeserializer extends EventDeserializer {

    private static final int FORMAT_DESCRIPTION = 15;
    private static final int ROTATE = 4;

    /** Of the thread that reads the connection. */
    private int checksumLength;

    /** An event for the library to pass on; it casts the data of a rotation, and reads the new file from it. */
    static final class Raw extends RotateEventData {

        private static final long serialVersionUID = 1;

        private final transient RawEvent event;

        Raw(RawEvent event) {
            this.event = event;
        }

        RawEvent event() {
            return event;
        }
    }

    /** The library says so from what the server has as {@code binlog_checksum}, before the first event. */
    @Override
    @SuppressWarnings("deprecation") // it is what the client calls
    public void setChecksumType(ChecksumType type) {
        super.setChecksumType(type);
        checksumLength = type.getLength();
    }

    @Override
    public Event nextEvent(ByteArrayInputStream in) throws IOException {
        byte[] header = in.read(RawEvent.HEADER_LENGTH);
        int length = new RawEvent(header, header.length).lengthInHeader();
        byte[] bytes = new byte[length];
        System.arraycopy(header, 0, bytes, 0, header.length);
        in.fill(bytes, header.length, length - header.length);

        int type = new RawEvent(bytes, length).type();
        if (type == FORMAT_DESCRIPTION) {
            // the algorithm, and four bytes of checksum whatever it is
            checksumLength = bytes[length - 5] == 1 ? 4 : 0;
        }
        int end = type == FORMAT_DESCRIPTION ? length - 4 : length - checksumLength;
        if (checksumLength > 0) {
            verify(bytes, length - 4, type);
        }
        var event = new RawEvent(bytes, end);
        var raw = new Raw(event);
        var libraryHeader = new EventHeaderV4();
        libraryHeader.setEventType(type == ROTATE ? EventType.ROTATE : EventType.UNKNOWN);
        if (type == ROTATE) {
            BinlogEvent.Rotate rotation = EventDecoder.rotate(event.body());
            raw.setBinlogFilename(rotation.file());
            raw.setBinlogPosition(rotation.position());
        }
        return new Event(libraryHeader, raw);
    }

    private static void verify(byte[] bytes, int end, int type) {
        var crc = new CRC32();
        crc.update(bytes, 0, end);
        long expected = new ByteCursor(bytes, end, bytes.length).u32();
        if (crc.getValue() != expected) {
            throw new BinlogException("binlog event type " + type + " of " + bytes.length
                    + " bytes does not match its checksum: the file on the primary or the connection is damaged");
        }
    }
}
