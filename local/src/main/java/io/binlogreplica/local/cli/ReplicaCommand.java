package io.binlogreplica.local.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The commands; the launcher script {@code replica} calls {@link #main}. */
@Command(
        name = "replica",
        description = "Copies a MySQL or MariaDB primary to a replica and keeps it the same, through Kafka.",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            VerifyCommand.class,
            StatusCommand.class,
            ResyncCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            ResetCommand.class
        })
public final class ReplicaCommand {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli asks for it
    private boolean help;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ReplicaCommand())
                .setUsageHelpAutoWidth(true)
                .execute(arguments));
    }
}
