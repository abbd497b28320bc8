/** Whether two servers hold the same: every table, every row, every value. Needs no connector and trusts none. */
@NullMarked
package io.binlogreplica.local.comparison;

import org.jspecify.annotations.NullMarked;
