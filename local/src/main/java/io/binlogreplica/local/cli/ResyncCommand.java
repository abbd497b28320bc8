package io.binlogreplica.local.cli;

import io.binlogreplica.record.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./replica resync}. */
@Command(
        name = "resync",
        description = {
            "Has tables copied once more; the sink empties them when their copies begin, and clears their state. Other"
                    + " tables go on from where they are.",
            "Tables that foreign keys with ON DELETE or ON UPDATE actions join them to are copied with them."
        })
final class ResyncCommand implements Callable<Integer> {

    @Mixin
    private PairOptions pair = new PairOptions();

    @Parameters(arity = "1..*", paramLabel = "TABLE", description = "database.table")
    private List<String> tables = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<TableId> named = tables.stream().map(this::table).toList();
        return pair.withPrimary((asked, primary) -> {
            Set<TableId> all = asked.withCascades(named, primary);
            boolean begins = asked.copyAgain(all);
            System.out.println("Copied anew: " + all);
            var joined = new TreeSet<>(all);
            named.forEach(joined::remove);
            if (!joined.isEmpty()) {
                System.out.println("Of these, foreign keys join to the ones that were named: " + joined);
            }
            System.out.println(begins ? "./replica status says how far they are." : PairOptions.STAYS);
            return 0;
        });
    }

    private TableId table(String name) {
        int dot = name.indexOf('.');
        if (dot <= 0 || dot == name.length() - 1) {
            throw new ParameterException(spec.commandLine(), name + " is no table: give database.table");
        }
        return new TableId(name.substring(0, dot), name.substring(dot + 1));
    }
}
