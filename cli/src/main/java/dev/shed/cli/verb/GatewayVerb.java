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

/// A verb that the gateway answers: its words go there as they are, and what they mean is not known here. Only the
/// server has to be found, and so the word that names the shed.
final class GatewayVerb implements Verb {
    static final int NOT_FOUND = 66;

    /// What a verb is about.
    enum About {
        /// The gateway; its first word, if any, is no shed.
        LOBBY,
        /// A shed that is there, named by the first word, of which something is told.
        SHED,
        /// The same, but something in it changes or ends, so there must be no doubt which one is meant.
        CHANGED_SHED,
        /// A shed that is there, or the gateway where none is named.
        EITHER,
        /// A shed that is not there yet.
        NEW_SHED
    }

    /// How ssh runs.
    enum Manner {
        /// An answer; nothing is read.
        ANSWER,
        /// The same with a table, which is as wide as the terminal.
        TABLE,
        /// Reads stdin.
        INPUT,
        /// May ask a question where there is a terminal.
        QUESTION,
        /// Goes on for as long as somebody listens.
        STREAM
    }

    private final CommandSpec spec;
    private final About about;
    private final Manner manner;

    GatewayVerb(CommandSpec spec, About about, Manner manner) {
        this.spec = spec.addOption(Grammar.server());
        this.about = about;
        this.manner = manner;
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    /// Options that a newer gateway knows are not refused here, so nothing but a cry for help is parsed.
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
        var server = ServerOption.take(spec, named);
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
        return aboutShed(call, Target.parse(named.remove(index)).withServer(server), index, named);
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

    /// @param named whether the server was named in the call
    /// @param address of the session, where the call is about one
    private Outcome ask(Call call, Server server, boolean named, Optional<String> address, List<String> words)
            throws IOException, InterruptedException {
        explain(call, server);
        forget(call, words);
        tellServer(call, server, named, words);
        var line = Quoted.word(spec.name()) + (words.isEmpty() ? "" : " " + Quoted.line(words));
        // Where ssh is watched its failure is explained afterwards.
        var ssh = call.control(server).options("LogLevel=" + (manner == Manner.STREAM ? "ERROR" : "QUIET"));
        switch (manner) {
            case ANSWER, TABLE, STREAM -> ssh.words("-n", "-T");
            case INPUT -> ssh.words("-T");
            case QUESTION -> ssh.words(call.terminal().both() ? "-t" : "-T");
        }
        var variables = new TreeMap<>(Map.of(Variables.CLIENT, call.client(server)));
        if (address.isPresent()) {
            // The shared connection is the lobby's; with an address it is that of a session, whose verbs are
            // subsystems.
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

    /// A shed that comes or goes makes what is known of its name untrue.
    private void forget(Call call, List<String> words) {
        if (about == About.NEW_SHED || spec.name().equals("delete")) {
            Grammar.positionals(spec, words).stream()
                    .findFirst()
                    .ifPresent(index -> call.cache().forget(words.get(index)));
        }
    }

    /// With several servers a question or an answer means little without the server: what changes something always has
    /// its name above it, the rest where the call does not name it.
    private void tellServer(Call call, Server server, boolean named, List<String> words) throws IOException {
        boolean changes = about == About.CHANGED_SHED || about == About.NEW_SHED;
        boolean json = words.subList(0, own(words)).contains("--json");
        if (call.settings().servers().size() > 1 && manner != Manner.STREAM && !json && (changes || !named)) {
            call.notice("on server '" + server.name() + "'");
        }
    }

    /// ssh has failed: says why, as far as that can be found.
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
