package dev.shed.cli.verb;

import dev.shed.cli.Call;
import dev.shed.cli.CliFailure;
import dev.shed.cli.Ended;
import dev.shed.cli.Finder;
import dev.shed.cli.Grammar;
import dev.shed.cli.Lobby;
import dev.shed.cli.Outcome;
import dev.shed.cli.Quoted;
import dev.shed.cli.Server;
import dev.shed.cli.ShedCache;
import dev.shed.cli.SshCommand;
import dev.shed.cli.SshTrouble;
import dev.shed.cli.Target;
import dev.shed.cli.Verb;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// A verb that the gateway answers: its words go there as they are, and what they mean is not known here. Only the
/// server has to be found, and so the word that names the shed.
final class GatewayVerb implements Verb {
    static final int SSH_FAILED = 255;
    static final int NOT_FOUND = 66;

    /// What a verb is about.
    enum About {
        /// The gateway; its first word, if any, is no shed.
        LOBBY,
        /// A shed that is there, named by the first word.
        SHED,
        /// A shed that is there, or the gateway where none is named.
        EITHER,
        /// A shed that is not there yet.
        NEW_SHED
    }

    /// How ssh runs.
    enum Manner {
        /// An answer; nothing is read.
        ANSWER,
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
            return ask(
                    call,
                    server.map(settings::server).orElseGet(settings::defaultOrOnly),
                    Optional.empty(),
                    named,
                    false);
        }
        if (positionals.isEmpty()) {
            throw Grammar.missing(parsed.commandSpec(), 0);
        }
        int index = positionals.getFirst();
        return aboutShed(call, Target.parse(named.remove(index)).withServer(server), index, named);
    }

    private Outcome aboutShed(Call call, Target target, int index, List<String> words)
            throws IOException, InterruptedException {
        var finder = new Finder(call);
        boolean isNew = about == About.NEW_SHED && target.server().isEmpty();
        var server = isNew ? call.settings().defaultOrOnly() : found(call, finder, target);
        boolean mayMove = target.server().isEmpty() && finder.hasOthers() && !isNew && manner == Manner.ANSWER;
        if (target.session().isPresent()) {
            return ask(call, server, Optional.of(target.loginName()), words, mayMove);
        }
        words.add(index, target.shed());
        return ask(call, server, Optional.empty(), words, mayMove);
    }

    /// The server; when the one that the cache named has no such shed, another one. That it has none has been told.
    private static Server found(Call call, Finder finder, Target target) throws IOException, InterruptedException {
        if (call.variable("SHED_FAILED")
                .filter(Integer.toString(NOT_FOUND)::equals)
                .isEmpty()) {
            return finder.find(target);
        }
        var before = call.cache().find(target.shed()).map(ShedCache.Entry::server);
        call.cache().forget(target.shed());
        var server = finder.find(target);
        if (before.filter(server.name()::equals).isPresent()) {
            throw new Ended(NOT_FOUND);
        }
        return server;
    }

    private Outcome ask(Call call, Server server, Optional<String> address, List<String> words, boolean mayMove)
            throws IOException, InterruptedException {
        explain(call, server);
        var line = Quoted.word(spec.name()) + (words.isEmpty() ? "" : " " + Quoted.line(words));
        // Where ssh is watched its failure is explained afterwards.
        var ssh = call.control(server).options("LogLevel=" + (manner == Manner.STREAM ? "ERROR" : "QUIET"));
        switch (manner) {
            case ANSWER, STREAM -> ssh.words("-n", "-T");
            case INPUT -> ssh.words("-T");
            case QUESTION -> ssh.words(call.terminal().both() ? "-t" : "-T");
        }
        var command = new SshCommand(ssh.command(Lobby.LOGIN, line));
        if (address.isPresent()) {
            // The shared connection is the lobby's; with an address it is that of a session, whose verbs are
            // subsystems.
            ssh.words("-s").variables(List.of("SHED_SESSION"));
            command = new SshCommand(ssh.command(Lobby.LOGIN, line), Map.of("SHED_SESSION", address.get()));
        }
        if (manner == Manner.STREAM) {
            return new Outcome.Replace(command);
        }
        boolean first = call.variable("SHED_FAILED").isEmpty();
        return new Outcome.Watch(command, mayMove && first ? Set.of(SSH_FAILED, NOT_FOUND) : Set.of(SSH_FAILED));
    }

    /// ssh has failed: says why, as far as that can be found.
    static void explain(Call call, Server server) throws IOException, InterruptedException {
        Optional<String> status = call.variable("SHED_FAILED");
        if (status.filter(Integer.toString(SSH_FAILED)::equals).isPresent()) {
            throw new SshTrouble(call, server)
                    .find()
                    .orElseGet(() -> new CliFailure(
                            CliFailure.Code.SERVER_UNREACHABLE,
                            "the link to server '" + server.name() + "' was lost; it answers again"));
        }
    }
}
