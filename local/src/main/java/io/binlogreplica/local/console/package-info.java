/** What a person at a terminal sees: lines, and one line that shows how far something is. */
@NullMarked
package io.binlogreplica.local.console;

import org.jspecify.annotations.NullMarked;
