package io.binlogreplica.local.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./replica resume}. */
@Command(name = "resume", description = "Has both connectors go on after ./replica pause.")
final class ResumeCommand implements Callable<Integer> {

    @Mixin
    private PairOptions pair = new PairOptions();

    @Override
    public Integer call() {
        return pair.with(asked -> {
            asked.resume();
            System.out.println("Resumed.");
            return 0;
        });
    }
}
