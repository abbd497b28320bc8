package io.binlogreplica.database;

import io.binlogreplica.record.TableId;
import java.util.List;

/**
 * A foreign key.
 *
 * @param child the table that refers
 * @param childColumns its referring columns
 * @param parent the table that is referred to
 * @param parentColumns the columns referred to, in the same order
 * @param cascades whether a delete or key change in the parent changes rows of the child
 */
public record ForeignKey(
        String name,
        TableId child,
        List<String> childColumns,
        TableId parent,
        List<String> parentColumns,
        boolean cascades) {
    public ForeignKey {
        childColumns = List.copyOf(childColumns);
        parentColumns = List.copyOf(parentColumns);
    }
}
