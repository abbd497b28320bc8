/**
 * Everything the connectors need around them, on one machine and without containers: database servers, a broker and Connect
 * workers as child processes on loopback ports, each with its own folder and log.
 */
@NullMarked
package io.binlogreplica.local;

import org.jspecify.annotations.NullMarked;
