@NullMarked
package io.binlogreplica.record;

import org.jspecify.annotations.NullMarked;
