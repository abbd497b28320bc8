package io.binlogreplica.source.binlog;

/**
 * An event as the server sent it, its checksum verified and cut off. The header's layout:
 * https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_replication_binlog_event.html
 */
final class RawEvent {

    static final int HEADER_LENGTH = 19;

    private final byte[] bytes;
    private final int end;

    /**
     * An event.
     *
     * @param bytes the whole event, header and checksum included
     * @param end where its body ends and its checksum, if any, begins
     */
    RawEvent(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    int type() {
        return bytes[4] & 0xff;
    }

    /** Seconds since 1970, when the statement began; 0 in events that the server makes up. */
    long timestampSeconds() {
        return number(0);
    }

    /** The server that first executed it. */
    long serverId() {
        return number(5);
    }

    /** Its length in the binlog file, in bytes. */
    int length() {
        return bytes.length;
    }

    /** Its length as its header has it. */
    int lengthInHeader() {
        return (int) number(9);
    }

    /** Where the next event begins in the file; 0 where the server does not say, and modulo 4 GiB in larger files. */
    long nextPosition() {
        return number(13);
    }

    int flags() {
        return (bytes[17] & 0xff) | (bytes[18] & 0xff) << 8;
    }

    ByteCursor body() {
        return new ByteCursor(bytes, HEADER_LENGTH, end);
    }

    private long number(int at) {
        return (bytes[at] & 0xff)
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | (bytes[at + 3] & 0xffL) << 24;
    }
}
