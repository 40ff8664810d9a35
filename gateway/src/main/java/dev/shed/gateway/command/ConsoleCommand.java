package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import picocli.CommandLine.Command;

/// `console`: a login shell in the shed without tmux, for use when tmux does not work.
@Command(
        name = "console",
        description = "start a login shell in the shed, without tmux",
        customSynopsis = {"ssh -t -s SHED@HOST console", "ssh -t shed@HOST console SHED"},
        footer = "ssh -t shed@HOST console demo")
final class ConsoleCommand extends ShedVerb {
    @Override
    boolean isEndless() {
        return true;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        if (json) {
            throw new ShedException(Failure.usage("console does not support --json", Grammar.synopsis(this)));
        }
        return context.channel().logIn(name);
    }
}
