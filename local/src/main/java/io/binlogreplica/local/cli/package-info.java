/** What {@code ./replica} starts: commands, their options, and how they end. */
@NullMarked
package io.binlogreplica.local.cli;

import org.jspecify.annotations.NullMarked;
