/** Random tables and transactions, and the server's own replication to compare with. */
package io.binlogreplica.it.oracle;
