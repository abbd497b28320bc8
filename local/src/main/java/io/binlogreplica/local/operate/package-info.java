/** What an operator asks of a running pair: how it is, and to pause, go on, or copy tables anew. */
@NullMarked
package io.binlogreplica.local.operate;

import org.jspecify.annotations.NullMarked;
