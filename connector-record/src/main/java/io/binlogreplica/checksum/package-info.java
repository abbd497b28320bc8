/**
 * What servers are asked for to compare tables: checksums of rows that they make themselves. For the connectors, which compare within
 * the stream, and for those who compare from outside.
 */
@NullMarked
package io.binlogreplica.checksum;

import org.jspecify.annotations.NullMarked;
