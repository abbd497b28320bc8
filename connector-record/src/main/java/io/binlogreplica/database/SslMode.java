package io.binlogreplica.database;

import java.util.Locale;

/** {@code database.ssl.mode}; the values and their meaning are those of MySQL's own clients. */
public enum SslMode {
    /** Never encrypted. */
    DISABLED,
    /** Encrypted when the server offers it. */
    PREFERRED,
    /** Encrypted, with any certificate. */
    REQUIRED,
    /** Encrypted, with a certificate that the trust store vouches for. */
    VERIFY_CA,
    /** Likewise, and made out to the host's name. */
    VERIFY_IDENTITY;

    static SslMode named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
