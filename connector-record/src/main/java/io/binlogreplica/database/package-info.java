/** How both connectors reach their server: the same settings, the same pinned sessions, the same words in errors. */
@NullMarked
package io.binlogreplica.database;

import org.jspecify.annotations.NullMarked;
