/**
 * The pair against two servers of the user's, in one process with an embedded broker and worker: settings from a file and the
 * environment, checked before anything is started.
 */
@NullMarked
package io.binlogreplica.local.run;

import org.jspecify.annotations.NullMarked;
