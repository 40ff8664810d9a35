package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/// A verb with its parsed arguments. Each call has its own object.
abstract class Verb {
    @Option(names = "--json", description = "print one line of JSON, also for errors")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    boolean help;

    /// The shed that the call is about, if any; the table checks the permission for it before [#run].
    abstract Optional<ShedName> shed();

    /// For a verb that ends in text: the number of words before the text at this address. Options end where
    /// the text begins, as those of a command after env(1) do.
    OptionalInt wordsBeforeText(LoginName address) {
        return OptionalInt.empty();
    }

    /// For a verb that ends in a command: takes the command away, and returns the words before it.
    List<String> withoutCommand(List<String> words) {
        return words;
    }

    /// Whether the verb is interrupted when its client disconnects. Verbs for the role viewer always are, and
    /// all other verbs run to their end. A verb for viewers that says so here is also exempt from the limit
    /// on read-only verbs: it waits, or has a limit of its own.
    boolean endsWithClient() {
        return false;
    }

    /// Whether the verb has no end of its own: it goes on until its client, or something that it waits for, ends
    /// it.
    boolean isEndless() {
        return false;
    }

    /// Runs the verb. It may fail with any failure; an [IOException] means that the client no longer reads.
    abstract ExitStatus run(CommandContext context) throws IOException, InterruptedException;
}
