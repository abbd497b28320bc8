package io.binlogreplica.source.schema;

import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogPosition;

/**
 * A table's definition.
 *
 * @param asOf a place of the binlog where the table is defined like that
 */
public record DatedDefinition(TableSchema schema, BinlogPosition asOf) {}
