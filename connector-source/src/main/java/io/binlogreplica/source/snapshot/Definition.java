package io.binlogreplica.source.snapshot;

import io.binlogreplica.record.TableSchema;

/**
 * A table whose copy begins.
 *
 * @param ddl the statement that creates it
 */
public record Definition(TableSchema schema, String ddl) {}
