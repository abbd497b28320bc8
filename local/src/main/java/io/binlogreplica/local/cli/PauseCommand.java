package io.binlogreplica.local.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./replica pause}. */
@Command(
        name = "pause",
        description = "Has both connectors stop where they are, until ./replica resume; they keep their connections.")
final class PauseCommand implements Callable<Integer> {

    @Mixin
    private PairOptions pair = new PairOptions();

    @Override
    public Integer call() {
        return pair.with(asked -> {
            asked.pause();
            System.out.println("Paused; mind that the primary keeps its binlog for a limited time.");
            return 0;
        });
    }
}
