package io.binlogreplica.sink.drift;

import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.TargetTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether tables of the replica take the primary's rows. Found out at a table's first row, after DDL, and when a row is refused. */
public final class StructureCheck {

    private final TargetTables targets;
    private final Connection connection;

    public StructureCheck(TargetTables targets, Connection connection) {
        this.targets = targets;
        this.connection = connection;
    }

    /**
     * How rows of that schema fit into the replica's table.
     *
     * @throws StructureDrift when they do not
     */
    public Mapping mapping(TableSchema schema) throws SQLException, StructureDrift {
        Mapping.Fit fit = fit(schema);
        if (fit instanceof Mapping.Fits fits) {
            return fits.mapping();
        }
        if (fit instanceof Mapping.Misfit misfit) {
            throw StructureDrift.misfit(schema.id(), misfit.differences());
        }
        if (fit instanceof Mapping.Misnamed misnamed) {
            throw StructureDrift.misnamed(List.of(schema.id()), schema.id(), misnamed);
        }
        throw StructureDrift.missing(schema.id());
    }

    /**
     * Looks at a table again.
     *
     * @throws StructureDrift when it does not fit any more
     */
    public void requireFit(TableSchema schema) throws SQLException, StructureDrift {
        targets.forget(schema.id());
        mapping(schema);
    }

    private Mapping.@Nullable Fit fit(TableSchema schema) throws SQLException {
        try {
            return targets.fit(schema, connection);
        } catch (SQLException e) {
            if (e.getCause() instanceof IllegalArgumentException
                    || SqlErrors.classify(e).isOfTable()) {
                return new Mapping.Misfit(List.of(String.valueOf(e.getMessage())));
            }
            throw e;
        }
    }
}
