package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Programs;
import dev.shed.cli.call.Verb;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.lobby.Finder;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Target;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.sshconfig.ConfigFile;
import dev.shed.cli.sshconfig.Entry;
import dev.shed.cli.sshconfig.SshConfig;
import dev.shed.cli.text.Printable;
import dev.shed.cli.text.Quoted;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed open`: opens the files of a shed in an editor on this machine.
final class OpenVerb implements Verb {
    static final String VARIABLE = "SHED_EDITOR";

    private static final String WORKSPACE = "/workspace";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "open",
                        "Open a shed in an editor on this machine. If the editor is not installed, print the command"
                                + " that would open it, and exit with status 69.",
                        "shed ssh-config myproj --install && shed open myproj --editor code",
                        "shed open myproj --editor zed -C /workspace/src",
                        "export SHED_EDITOR=cursor")
                .addOption(Grammar.oneOf(
                        Editor.words(),
                        "EDITOR",
                        "code, cursor, zed or idea (default: SHED_EDITOR, or the first that is installed).",
                        "-e",
                        "--editor"))
                .addOption(Grammar.value(
                        "DIR",
                        "Open this directory; a relative one is below the clone or workspace, which is the default.",
                        "-C",
                        "--cwd"))
                .addOption(Grammar.server())
                .addPositional(Grammar.word(0, "SHED", "The shed: SHED or SERVER/SHED."));
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        var target = Grammar.target(parsed);
        var named = Grammar.value(parsed, "--cwd");
        requireSane(target, named);
        var programs = new Programs(call);
        var editor = Grammar.value(parsed, "--editor")
                .or(() -> call.variable(VARIABLE))
                .map(Editor::parse)
                .orElseGet(() -> installed(programs));
        var server = new Finder(call).find(target, Finder.Care.ASKED);
        var directory = directory(call, server, target, named);
        var alias = new SshConfig(call, false)
                .alias(new ConfigFile(call.home()).read(), new Entry(server.name(), target.shed()));
        var arguments = editor.arguments(new Editor.Place(alias, server, target.shed(), directory));
        var program = programs.find(editor.programs());
        if (program.isEmpty()) {
            throw missing(call, editor, arguments, alias, target);
        }
        if (editor.needsAlias() && alias.isEmpty()) {
            throw new CliFailure(
                    CliFailure.Code.CONFIG,
                    editor.word() + " needs an alias for the shed in ~/.ssh/config, and there is none",
                    install(target));
        }
        return new Outcome.Replace(new SshCommand(line(program.get().toString(), arguments)));
    }

    private static void requireSane(Target target, Optional<String> directory) {
        if (target.session().isPresent()) {
            throw CliFailure.usage("an editor opens a shed, not a session", "shed open " + target.place());
        }
        directory.filter(name -> name.isEmpty() || !isOneLine(name)).ifPresent(name -> {
            throw CliFailure.usage("'" + Printable.of(name) + "' is not a directory name");
        });
        if (!Entry.isPlain(target.shed())) {
            throw CliFailure.usage("'" + Printable.of(target.shed()) + "' is not a shed name", "shed list");
        }
    }

    private static String directory(Call call, Server server, Target target, Optional<String> named)
            throws IOException, InterruptedException {
        if (named.filter(name -> name.startsWith("/")).isPresent()) {
            return named.get();
        }
        var start = start(call, server, target);
        return named.map(below -> start.equals("/") ? "/" + below : start + "/" + below)
                .orElse(start);
    }

    /// The directory where the shed's sessions start: the clone, if it has one. If the server does not
    /// answer, the editor has to wait for it.
    private static String start(Call call, Server server, Target target) throws IOException, InterruptedException {
        var answer = new Lobby(call, PATIENCE).ask(server, List.of("info", target.shed()));
        if (answer.status() == GatewayVerb.NOT_FOUND) {
            throw new CliFailure(
                    CliFailure.Code.SHED_NOT_FOUND,
                    "server '" + server.name() + "' has no shed '" + target.shed() + "'",
                    "shed list",
                    "shed create " + target.place());
        }
        answer.problem().ifPresent(problem -> call.notice("server '" + server.name() + "': " + problem));
        if (Boolean.TRUE.equals(answer.json().get("stopped_on_purpose"))) {
            call.notice("'" + target.shed() + "' was stopped, and an editor does not start it: shed start "
                    + target.place());
        }
        return Optional.ofNullable(answer.json().get("directory"))
                .map(String::valueOf)
                .filter(directory -> directory.startsWith("/") && isOneLine(directory))
                .orElse(WORKSPACE);
    }

    private static boolean isOneLine(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }

    private static Editor installed(Programs programs) {
        return Stream.of(Editor.values())
                .filter(editor -> programs.find(editor.programs()).isPresent())
                .findFirst()
                .orElse(Editor.CODE);
    }

    private static List<String> line(String program, List<String> arguments) {
        var line = new ArrayList<>(List.of(program));
        line.addAll(arguments);
        return line;
    }

    private static String install(Target target) {
        return "shed ssh-config " + target.place() + " --install";
    }

    private static CliFailure missing(
            Call call, Editor editor, List<String> arguments, Optional<String> alias, Target target) {
        call.out().println(Quoted.line(line(editor.programs().getFirst(), arguments)));
        var hints = new ArrayList<String>();
        if (editor.needsAlias() && alias.isEmpty()) {
            hints.add(install(target));
        }
        hints.add("install it, or add its program to the PATH; the command is printed above");
        return new CliFailure(
                CliFailure.Code.EDITOR_MISSING,
                "there is no '" + editor.programs().getFirst() + "' on this machine's PATH",
                hints.toArray(String[]::new));
    }
}
