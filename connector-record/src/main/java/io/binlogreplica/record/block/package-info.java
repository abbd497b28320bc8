/** Many rows in one record: what a replica needs of them, and nothing that it can know by itself. */
@NullMarked
package io.binlogreplica.record.block;

import org.jspecify.annotations.NullMarked;
