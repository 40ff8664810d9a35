package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.lobby.Finder;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.login.SshTrouble;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Target;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import dev.shed.cli.ssh.Variables;
import dev.shed.cli.table.TerminalSize;
import dev.shed.cli.text.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// A verb that the gateway answers. Its arguments are passed on unchanged and not interpreted, except for the
/// name of the shed, which determines the server.
final class GatewayVerb implements Verb {
    static final int NOT_FOUND = 66;

    /// The object of a verb.
    enum About {
        /// The gateway; the first argument, if any, is not a shed.
        LOBBY,
        /// An existing shed in the first argument, which is only read.
        SHED,
        /// An existing shed in the first argument that is changed or ended, so that it must not be ambiguous.
        CHANGED_SHED,
        /// An existing shed, or the gateway if none is named.
        EITHER,
        /// A shed that does not exist yet.
        NEW_SHED
    }

    /// How ssh runs.
    enum Manner {
        /// Prints an answer; reads no input.
        ANSWER,
        /// Prints a table that is as wide as the terminal; reads no input.
        TABLE,
        /// Reads stdin.
        INPUT,
        /// May ask a question if there is a terminal.
        QUESTION,
        /// Runs until the client ends it.
        STREAM
    }

    private final CommandSpec spec;
    private final About about;
    private final Manner manner;

    GatewayVerb(CommandSpec spec, About about, Manner manner) {
        this.spec = spec.addOption(Grammar.server());
        this.about = about;
        this.manner = manner;
        // The second argument of a verb about a shed is a session.
        if (Set.of(About.SHED, About.CHANGED_SHED).contains(about)
                && spec.positionalParameters().size() > 1) {
            spec.addOption(Grammar.session(
                    "The same as " + spec.positionalParameters().get(1).paramLabel() + "."));
        }
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    /// Parses only a request for help, so that the options of a newer gateway are not refused.
    @Override
    public int parsed(List<String> words) {
        boolean help = words.subList(0, own(words)).stream().anyMatch(Set.of("-h", "--help")::contains);
        return help ? words.size() : 0;
    }

    @Override
    public int own(List<String> words) {
        return Grammar.options(spec, words);
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        var named = new ArrayList<String>(words);
        var server = ValueOption.take(spec, "--server", named);
        var session = session(named);
        var positionals = Grammar.positionals(spec, named);
        if (about == About.LOBBY || (about == About.EITHER && positionals.isEmpty())) {
            var settings = call.settings();
            var chosen = server.isPresent() ? settings.server(server.get()) : settings.defaultOrOnly();
            return ask(call, chosen, server.isPresent(), Optional.empty(), named);
        }
        if (positionals.isEmpty()) {
            throw Grammar.missing(parsed.commandSpec(), 0);
        }
        int index = positionals.getFirst();
        var target = Target.parse(named.remove(index)).withServer(server).withSession(session);
        return aboutShed(call, target, index, named);
    }

    /// Removes the option that names the session. It takes the place of an argument, which must be missing.
    private Optional<String> session(List<String> words) {
        var given = Grammar.positionals(spec, words.subList(0, own(words)));
        var second = given.size() > 1 ? words.get(given.get(1)) : "";
        var session = ValueOption.take(spec, "--session", words);
        long most = spec.positionalParameters().stream()
                .filter(parameter -> parameter.arity().max() == 1)
                .count();
        session.filter(_ -> given.size() >= most).ifPresent(name -> {
            throw Target.twoSessions(second, name);
        });
        return session;
    }

    private Outcome aboutShed(Call call, Target target, int index, List<String> words)
            throws IOException, InterruptedException {
        var server = server(call, target);
        if (target.session().isEmpty()) {
            words.add(index, target.shed());
        }
        return ask(call, server, target.server().isPresent(), target.session().map(_ -> target.loginName()), words);
    }

    private Server server(Call call, Target target) throws IOException, InterruptedException {
        if (about == About.NEW_SHED && target.server().isEmpty()) {
            return call.settings().defaultOrOnly();
        }
        return new Finder(call).find(target, about == About.CHANGED_SHED ? Finder.Care.SURE : Finder.Care.ASKED);
    }

    /// @param named whether the command line names the server
    /// @param address of the session, if the command is about one
    private Outcome ask(Call call, Server server, boolean named, Optional<String> address, List<String> words)
            throws IOException, InterruptedException {
        explain(call, server);
        forget(call, words);
        tellServer(call, server, named, words);
        var line = Quoted.word(spec.name()) + (words.isEmpty() ? "" : " " + Quoted.line(words));
        // If ssh fails, the client runs again and explains the failure, so ssh itself is quiet.
        var ssh = call.control(server).options("LogLevel=" + (manner == Manner.STREAM ? "ERROR" : "QUIET"));
        switch (manner) {
            case ANSWER, TABLE, STREAM -> ssh.words("-n", "-T");
            case INPUT -> ssh.words("-T");
            case QUESTION -> ssh.words(call.terminal().both() ? "-t" : "-T");
        }
        var variables = new TreeMap<>(Map.of(Variables.CLIENT, call.client(server)));
        if (address.isPresent()) {
            // The shared connection is a login to the lobby. The address is sent in a variable, and a
            // session's verbs are subsystems.
            ssh.words("-s");
            variables.put(Variables.SESSION, address.get());
        }
        if (manner == Manner.TABLE) {
            int columns = TerminalSize.of(call).columns();
            if (columns > 0) {
                variables.put(Variables.COLUMNS, Integer.toString(columns));
            }
        }
        ssh.variables(variables.keySet());
        var command = new SshCommand(ssh.command(Lobby.LOGIN, line), variables);
        return manner == Manner.STREAM
                ? new Outcome.Replace(command)
                : new Outcome.Watch(command, Set.of(SshProcess.SSH_FAILED));
    }

    /// Removes a shed that is created or deleted from the cache.
    private void forget(Call call, List<String> words) {
        if (about == About.NEW_SHED || spec.name().equals("delete")) {
            Grammar.positionals(spec, words).stream()
                    .findFirst()
                    .ifPresent(index -> call.cache().forget(words.get(index)));
        }
    }

    /// With several servers, prints the server above the output: always for a verb that changes something,
    /// otherwise if the command line does not name the server.
    private void tellServer(Call call, Server server, boolean named, List<String> words) throws IOException {
        boolean changes = about == About.CHANGED_SHED || about == About.NEW_SHED;
        boolean json = words.subList(0, own(words)).contains("--json");
        if (call.settings().servers().size() > 1 && manner != Manner.STREAM && !json && (changes || !named)) {
            call.notice("on server '" + server.name() + "'");
        }
    }

    /// Explains why ssh has failed, as far as that can be determined.
    static void explain(Call call, Server server) throws IOException, InterruptedException {
        Optional<String> status = call.variable(Outcome.FAILED);
        if (status.filter(Integer.toString(SshProcess.SSH_FAILED)::equals).isPresent()) {
            throw new SshTrouble(call, server)
                    .find()
                    .orElseGet(() -> new CliFailure(
                            CliFailure.Code.SERVER_UNREACHABLE,
                            "the link to server '" + server.name() + "' was lost; it answers again"));
        }
    }
}
