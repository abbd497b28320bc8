package io.binlogreplica.local.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./replica reset}. */
@Command(
        name = "reset",
        description =
                "Has the source forget its position and all copies: every table is emptied on the replica and copied"
                        + " once more.")
final class ResetCommand implements Callable<Integer> {

    private static final int NOT_CONFIRMED = 2;

    @Mixin
    private PairOptions pair = new PairOptions();

    @Option(names = "--yes", description = "Do it; without this nothing is done.")
    private boolean yes;

    @Override
    public Integer call() {
        if (!yes) {
            System.err.println(
                    "This copies every table once more, and each is incomplete on the replica until its copy is"
                            + " done. Give --yes to do it; for single tables there is ./replica resync TABLE.");
            return NOT_CONFIRMED;
        }
        return pair.with(asked -> {
            boolean begins = asked.copyAllAgain();
            System.out.println("All tables are copied anew.");
            System.out.println(begins ? "./replica status says how far they are." : PairOptions.STAYS);
            return 0;
        });
    }
}
