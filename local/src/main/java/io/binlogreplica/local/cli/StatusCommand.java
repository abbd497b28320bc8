package io.binlogreplica.local.cli;

import io.binlogreplica.local.operate.PairStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./replica status}. */
@Command(
        name = "status",
        description = "Says how connectors and tables are: state, rows copied, lag, what was left out and why.",
        footer = {
            "",
            "Exit status: 0 both connectors run and no table is known to differ (the primary is not asked); 1 a connector does not run, be it that it has failed or that it was paused or"
                    + " stopped, a table differs, or the replica cannot be asked; 2 settings are wrong, or Connect does not"
                    + " answer."
        })
final class StatusCommand implements Callable<Integer> {

    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Mixin
    private PairOptions pair = new PairOptions();

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Option(names = "--watch", description = "Again every --interval seconds, until Ctrl-C.")
    private boolean watch;

    @Option(
            names = "--interval",
            defaultValue = "2",
            paramLabel = "SECONDS",
            description = "For --watch (default: ${DEFAULT-VALUE}).")
    private int interval;

    @Override
    public Integer call() {
        return pair.withReplica((asked, replica) -> {
            while (true) {
                PairStatus status = asked.status(replica);
                String text = json ? status.json() : String.join("\n", status.lines());
                boolean terminal = watch && !json && Integer.getInteger("replica.columns", 0) > 0;
                System.out.println((terminal ? CLEAR : "") + text);
                if (!watch) {
                    return status.exitStatus();
                }
                Thread.sleep(Math.max(1, interval) * 1_000L);
            }
        });
    }
}
