/** What users can set, a record for each concern; each defines its settings and reads them. */
@NullMarked
package io.binlogreplica.sink.config;

import org.jspecify.annotations.NullMarked;
