package dev.shed.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The root command of the client. For now it explains itself; everything it will do, plain `ssh` does today.
@Command(
        name = "shed",
        mixinStandardHelpOptions = true,
        version = "shed 0.1.0",
        description = "Comfort around plain ssh for a shed gateway.",
        footer = {
            "",
            "The client has no commands yet. Everything works with plain ssh:",
            "  ssh -p 2222 SHED@HOST              attach to the session 'default' of a shed",
            "  ssh -p 2222 SHED+SESSION@HOST      attach to another session",
            "  ssh -p 2222 shed@HOST help         the verbs of the gateway"
        })
public final class Shed implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Shed()).execute(args));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
