package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/// A verb with its arguments filled in: made anew for every call.
abstract class Verb {
    @Option(names = "--json", description = "print one line of JSON, also for errors")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    boolean help;

    /// The shed that the call is about, if it is about one; the table asks the policy about it before [#run].
    abstract Optional<ShedName> shed();

    /// Of a verb that ends in text: how many words it takes at this address before the text. Where the text begins its
    /// options end, as those of a command behind env(1) do.
    OptionalInt wordsBeforeText(LoginName address) {
        return OptionalInt.empty();
    }

    /// Whether it is of use only to a client that is there, and so ends with it. Others are carried out once they are
    /// called.
    boolean endsWithClient() {
        return false;
    }

    /// Does it. May fail with any failure; an [IOException] means that nobody listens any more.
    abstract ExitStatus run(CommandContext context) throws IOException, InterruptedException;
}
