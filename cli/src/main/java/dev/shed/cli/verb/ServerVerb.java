package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.AtomicFile;
import dev.shed.cli.sshconfig.HostOptions;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed server`: the servers that this client knows.
final class ServerVerb implements Verb {
    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "server",
                        "Manage the servers of this client, in ~/.shed/config.yaml and ~/.shed/known_hosts.",
                        "shed server add gw.example.org",
                        "shed server list")
                .addSubcommand("add", ServerAdd.spec())
                .addSubcommand("list", ServerList.spec())
                .addSubcommand("remove", remove())
                .addSubcommand("set-default", setDefault());
    }

    private static CommandSpec remove() {
        return Grammar.verb("remove", "Remove a server and its host key.", "shed server remove home")
                .addPositional(Grammar.word(0, "SERVER", "The server's name."));
    }

    private static CommandSpec setDefault() {
        return Grammar.verb(
                        "set-default",
                        "Set the server that is used when none is named.",
                        "shed server set-default home")
                .addPositional(Grammar.word(0, "SERVER", "The server's name."));
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        if (!parsed.hasSubcommand()) {
            throw CliFailure.usage("the command is missing: add, list, remove or set-default", "shed server --help");
        }
        var chosen = parsed.subcommand();
        return switch (chosen.commandSpec().name()) {
            case "add" -> new ServerAdd(call).run(chosen);
            case "list" -> new ServerList(call).run(chosen);
            case "remove" -> remove(call, Grammar.required(chosen, 0));
            default -> setDefault(call, Grammar.required(chosen, 0));
        };
    }

    private static Outcome remove(Call call, String name) throws IOException, InterruptedException {
        var host = HostOptions.nameOfKeys(call.settings().server(name));
        AtomicFile.locked(call.home(), () -> {
            call.save(call.settings().without(name));
            call.knownHosts().forget(host);
            call.cache().forgetServer(name);
        });
        call.out().println("removed " + name);
        return Outcome.SUCCESS;
    }

    private static Outcome setDefault(Call call, String name) throws IOException {
        AtomicFile.locked(call.home(), () -> call.save(call.settings().withDefault(name)));
        call.out().println("default server: " + name);
        return Outcome.SUCCESS;
    }
}
