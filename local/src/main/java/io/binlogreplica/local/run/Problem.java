package io.binlogreplica.local.run;

/**
 * Something to put right in the settings.
 *
 * @param setting its name in the file
 * @param message why, without the value where that may be a secret
 */
public record Problem(String setting, String message) {

    @Override
    public String toString() {
        return setting + ": " + message;
    }
}
