/** In the package of what is measured, since that is nobody else's business. */
@NullMarked
package io.binlogreplica.source.binlog;

import org.jspecify.annotations.NullMarked;
