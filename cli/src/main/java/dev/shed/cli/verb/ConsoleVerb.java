package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.lobby.Finder;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.Variables;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed console`: a login shell without tmux.
final class ConsoleVerb implements Verb {
    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "console",
                        "Start a login shell in a shed, without tmux, for example to repair tmux. It ends when the"
                                + " link is lost.",
                        "shed console myproj",
                        "echo 'tmux kill-server' | shed console myproj")
                .addOption(Grammar.server())
                .addPositional(Grammar.word(0, "SHED", "The shed: SHED or SERVER/SHED."));
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        var target = Grammar.target(parsed);
        var server = new Finder(call).find(target, Finder.Care.QUICK);
        var ssh = call.ssh(server).watchful().alone().words(call.terminal().both() ? "-t" : "-T", "-s");
        var variables = Map.of(Variables.CLIENT, call.client(server));
        ssh.variables(variables.keySet());
        return new Outcome.Replace(new SshCommand(ssh.command(target.shed(), "console"), variables));
    }
}
