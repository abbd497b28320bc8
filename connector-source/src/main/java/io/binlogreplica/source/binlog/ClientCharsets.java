package io.binlogreplica.source.binlog;

import io.binlogreplica.record.Charsets;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The charsets in which clients send statements, which are in the binlog as they were sent. */
final class ClientCharsets {

    /** MariaDB's collations without padding have their numbers from here on. */
    private static final int NOPAD = 1024;

    /** Charsets by the numbers of their collations, the same on all servers; those that are UTF-8 need not be here. */
    private static final Map<Integer, String> BY_COLLATION = new HashMap<>();

    static {
        put("latin1", 5, 8, 15, 31, 47, 48, 49, 94);
        put("latin2", 2, 9, 21, 27, 77);
        put("latin5", 30, 78);
        put("latin7", 20, 41, 42, 79);
        put("cp850", 4, 80);
        put("cp852", 40, 81);
        put("cp866", 36, 68);
        put("cp1250", 26, 34, 44, 66, 99);
        put("cp1251", 14, 23, 50, 51, 52);
        put("cp1256", 57, 67);
        put("cp1257", 29, 58, 59);
        put("greek", 25, 70);
        put("hebrew", 16, 71);
        put("koi8r", 7, 74);
        put("koi8u", 22, 75);
        put("macce", 38, 43);
        put("macroman", 39, 53);
        put("tis620", 18, 89);
        put("big5", 1, 84);
        put("gbk", 28, 87);
        put("gb2312", 24, 86);
        put("gb18030", 248, 249, 250);
        put("sjis", 13, 88);
        put("cp932", 95, 96);
        put("ujis", 12, 91);
        put("eucjpms", 97, 98);
        put("euckr", 19, 85);
    }

    private ClientCharsets() {}

    private static void put(String charset, int... collations) {
        for (int collation : collations) {
            BY_COLLATION.put(collation, charset);
        }
    }

    /**
     * A statement's text; null when it is not known what its bytes mean. What is UTF-8 is taken for it, since servers write some
     * statements anew, and those in UTF-8 whatever the client's charset is.
     *
     * @param collation the number of a collation of the client's charset; -1 when it is not known
     */
    static @Nullable String decode(byte[] statement, int collation) {
        String text = decode(statement, StandardCharsets.UTF_8);
        if (text != null) {
            return text;
        }
        Charset charset = Charsets.java(BY_COLLATION.get(collation >= NOPAD ? collation - NOPAD : collation));
        return charset == null ? null : decode(statement, charset);
    }

    private static @Nullable String decode(byte[] statement, Charset charset) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(statement)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
