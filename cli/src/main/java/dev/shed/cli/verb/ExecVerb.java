package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.lobby.Finder;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.Variables;
import dev.shed.cli.text.Quoted;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed exec`: runs a command in a shed, or in one of its sessions. A shared connection is a login to the
/// lobby, so the address is sent in `SHED_SESSION`.
final class ExecVerb implements Verb {
    /// The directory where sessions start; the gateway resolves it.
    private static final String WORKSPACE = "@workspace";

    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "exec",
                        "Run a command in a shed, with its input, output and exit status. Several words are the"
                                + " command and its arguments, passed unchanged; a single word is a shell command"
                                + " line.",
                        "shed exec myproj -- ls -l 'a file'",
                        "shed exec myproj 'make -j4 2>&1 | tail'",
                        "shed exec myproj --session build -- make -j4",
                        "tar c . | shed exec myproj -- tar x")
                .addOption(Grammar.session("Run it in a new window of this session."))
                .addOption(Grammar.value("DIR", "Run it in this directory instead of the workspace.", "-C", "--cwd"))
                .addOption(Grammar.flag(
                        "Allocate a terminal (default: if stdin and stdout are terminals).", "-t", "--tty"))
                .addOption(Grammar.flag("Do not allocate a terminal.", "-T", "--no-tty"))
                .addOption(Grammar.server())
                .addPositional(Grammar.word(0, "SHED", "The shed: SHED, SHED+SESSION or SERVER/SHED."))
                .addPositional(Grammar.words(1, false, "COMMAND", "The command and its arguments."));
    }

    /// Parses arguments up to the command. Options after the command's name belong to the command.
    @Override
    public int parsed(List<String> words) {
        var positionals = Grammar.positionals(spec(), words);
        int dashes = words.indexOf("--");
        int command = positionals.size() > 1 ? positionals.get(1) : words.size();
        return dashes >= 0 && dashes < command && !positionals.isEmpty() && positionals.getFirst() < dashes
                ? dashes
                : command;
    }

    @Override
    public int own(List<String> words) {
        return parsed(words);
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        var command = command(words);
        var target = Grammar.target(parsed).withSession(Grammar.value(parsed, "--session"));
        var server = new Finder(call).find(target, Finder.Care.QUICK);
        var ssh = call.ssh(server).watchful().options("LogLevel=ERROR").words(terminal(call, parsed));
        // A shared connection copies the modes of the local terminal. Without one, all modes would be off.
        boolean borrowed = Grammar.has(parsed, "--tty") && !call.terminal().in();
        if (Call.isWindows() || borrowed) {
            ssh.alone();
        } else {
            ssh.sharedIfThere(call.socket(server));
        }
        var variables =
                new TreeMap<>(Map.of(Variables.SESSION, target.loginName(), Variables.CLIENT, call.client(server)));
        // In a session the default is the directory of its pane.
        var directory = Grammar.value(parsed, "--cwd").map(ExecVerb::below);
        directory
                .or(() -> target.session().isEmpty() ? Optional.of(WORKSPACE) : Optional.empty())
                .ifPresent(name -> variables.put(Variables.CWD, name));
        ssh.variables(variables.keySet());
        return new Outcome.Replace(new SshCommand(ssh.command(Lobby.LOGIN, command), variables));
    }

    /// Makes a relative directory relative to the workspace.
    private static String below(String directory) {
        return directory.startsWith("/") ? directory : WORKSPACE + "/" + directory;
    }

    /// The remote command. A single argument is a line of shell, as with ssh; several are quoted once, for
    /// the remote shell.
    private String command(List<String> words) {
        int start = parsed(words);
        var command =
                words.subList(start < words.size() && words.get(start).equals("--") ? start + 1 : start, words.size());
        if (command.isEmpty()) {
            throw CliFailure.usage("exec needs a command", "shed exec --help");
        }
        boolean line = command.size() == 1 && !command.getFirst().isBlank();
        return line ? command.getFirst() : Quoted.line(command);
    }

    private static String terminal(Call call, ParseResult parsed) {
        if (Grammar.has(parsed, "--tty")) {
            return "-tt";
        }
        return call.terminal().both() && !Grammar.has(parsed, "--no-tty") ? "-t" : "-T";
    }
}
