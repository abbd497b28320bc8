package io.binlogreplica.record;

/**
 * A legal column value that the column's Connect type cannot carry: a zero date, text whose bytes are no characters of its
 * charset, the error value of an ENUM. It travels beside the row as text (see {@link Envelope}); the row itself holds null, or
 * the type's zero where the column is NOT NULL, for readers that do not know better.
 *
 * @param text for a temporal type the value as the server prints it; for text, ENUM, SET and JSON bytes {@code 0x} and hexadecimal
 *     digits; for an ENUM's index or a SET's mask without labels the decimal number
 */
public record ExactValue(String text) {}
