package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.TextTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `help`: all verbs, or one of them.
@Command(
        name = "help",
        description = "show help for all verbs, or for one",
        customSynopsis = {"ssh shed@HOST help [VERB]", "ssh -s SHED@HOST \"help [VERB]\""},
        footer = "ssh shed@HOST help kill")
final class HelpCommand extends Verb {
    private static final String ADDRESSES = """
            Development containers over ssh.

            ssh SHED@HOST              attach to session 'default', created if needed
            ssh SHED+SESSION@HOST      attach to another session
            ssh SHED@HOST COMMAND      run a command in a shed
            ssh -s SHED@HOST VERB      a verb about a shed
            ssh shed@HOST VERB SHED    the same, in the lobby

            """;

    @Parameters(index = "0", arity = "0..1", paramLabel = "VERB", description = "the verb to show help for")
    Optional<String> verb;

    private final Supplier<List<Entry>> entries;

    HelpCommand(Supplier<List<Entry>> entries) {
        this.entries = entries;
    }

    record Listing(List<Row> verbs) {
        record Row(String verb, String description, List<String> synopsis) {}
    }

    @Override
    Optional<ShedName> shed() {
        return Optional.empty();
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        var explained = entries.get().stream()
                .filter(entry -> verb.isEmpty() || entry.verb().equals(verb.get()))
                .toList();
        if (explained.isEmpty()) {
            var asked = verb.orElse("");
            var meant = MeantCall.help(asked, entries.get()).map(call -> MeantCall.LINE + call + "\n");
            throw new ShedException(
                    Failure.usage("there is no verb '" + asked + "'", meant.orElse("") + Grammar.synopsis(this)));
        }
        if (json) {
            context.print(Json.line(listing(explained)));
        } else if (verb.isPresent()) {
            context.explain(Grammar.help(explained.getFirst().command().get(), context.columns()));
        } else {
            context.explain(overview(explained));
        }
        return ExitStatus.SUCCESS;
    }

    private static Listing listing(List<Entry> explained) {
        return new Listing(explained.stream().map(HelpCommand::row).toList());
    }

    private static Listing.Row row(Entry entry) {
        var verb = entry.command().get();
        return new Listing.Row(
                entry.verb(),
                Grammar.description(verb),
                Grammar.synopsis(verb).lines().toList());
    }

    private static String overview(List<Entry> explained) {
        var table = new TextTable("VERB", "DOES");
        explained.forEach(entry ->
                table.row(entry.verb(), Grammar.description(entry.command().get())));
        return ADDRESSES + table + "\nssh shed@HOST help VERB shows the help for one.\n";
    }
}
