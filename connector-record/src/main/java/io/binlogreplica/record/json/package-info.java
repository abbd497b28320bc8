/** A converter for change records as plain JSON. */
@NullMarked
package io.binlogreplica.record.json;

import org.jspecify.annotations.NullMarked;
