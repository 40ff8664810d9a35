package dev.shed.cli.lobby;

import dev.shed.cli.call.Call;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Settings;
import dev.shed.cli.server.ShedCache;
import dev.shed.cli.server.Target;
import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds the server of a shed: the one that was named, the only one, or the one that has such a shed. If
/// several have it, this fails.
public final class Finder {
    /// How long a server may take to answer.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// How long the other servers may still take once one has the shed, to detect a name that several have.
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Call call;
    private final Settings settings;
    private final Lobby lobby;

    /// Whether a cached answer is enough to choose the server.
    public enum Care {
        /// A cached answer of the last minute is enough. Used by frequent commands.
        QUICK,
        /// The servers are asked.
        ASKED,
        /// Every server must answer. For commands that change or end something.
        SURE
    }

    public Finder(Call call) throws IOException {
        this.call = call;
        this.settings = call.settings();
        this.lobby = new Lobby(call, PATIENCE);
    }

    public Server find(Target target, Care care) throws InterruptedException {
        if (target.server().isPresent()) {
            return settings.server(target.server().get());
        }
        if (settings.servers().size() <= 1) {
            return settings.defaultOrOnly();
        }
        var known = care == Care.QUICK ? known(target.shed()) : Optional.<Server>empty();
        return known.isPresent() ? known.get() : decide(target.shed(), ask(target.shed(), care), care);
    }

    /// Whether the server answers that it has no such shed. A server that did not answer within the
    /// last minute is not asked again. Fails if the name is invalid.
    public boolean lacks(Server server, String shed) throws IOException, InterruptedException {
        var said = said(server, shed);
        if (said.isPresent() && said.get() != ShedCache.Word.LACKS) {
            return false;
        }
        var answer = lobby.ask(server, List.of("info", shed));
        requireRight(List.of(answer));
        call.cache().learn(server.name(), shed, word(answer), Instant.now());
        return word(answer) == ShedCache.Word.LACKS;
    }

    /// The only server that has the shed, if recent answers of all servers are known.
    private Optional<Server> known(String shed) {
        var having = new ArrayList<Server>();
        for (var server : settings.servers().values()) {
            var word = said(server, shed);
            if (word.isEmpty()) {
                return Optional.empty();
            }
            if (word.get() == ShedCache.Word.HAS) {
                having.add(server);
            }
        }
        return having.size() == 1 ? Optional.of(having.getFirst()) : Optional.empty();
    }

    private Optional<ShedCache.Word> said(Server server, String shed) {
        return call.cache().of(server.name(), shed, Instant.now());
    }

    private List<Lobby.Answer> ask(String shed, Care care) throws InterruptedException {
        // A server that did not answer a moment ago is not waited for again.
        var silent = settings.servers().values().stream()
                .filter(server -> said(server, shed).equals(Optional.of(ShedCache.Word.NOTHING)))
                .toList();
        var answers = lobby.askAll(settings.servers().values(), List.of("info", shed), (answer, left) -> {
            if (isWrong(answer)) {
                return Optional.of(Duration.ZERO);
            }
            boolean isEnough = care != Care.SURE && word(answer) == ShedCache.Word.HAS;
            return isEnough ? Optional.of(silent.containsAll(left) ? Duration.ZERO : GRACE) : Optional.empty();
        });
        requireRight(answers);
        for (var answer : answers) {
            call.cache().learn(answer.server().name(), shed, word(answer), Instant.now());
        }
        return answers;
    }

    private static void requireRight(List<Lobby.Answer> answers) {
        answers.stream().filter(Finder::isWrong).findFirst().ifPresent(answer -> {
            throw CliFailure.invalidName(answer.error("message"), answer.error("hint"));
        });
    }

    /// Whether the name is invalid, in which case no other server has it.
    private static boolean isWrong(Lobby.Answer answer) {
        return answer.code().equals("INVALID_NAME") || answer.code().equals("USAGE");
    }

    private static ShedCache.Word word(Lobby.Answer answer) {
        return switch (answer.code()) {
            case "" -> answer.problem().isEmpty() ? ShedCache.Word.HAS : ShedCache.Word.NOTHING;
            case "SHED_NOT_FOUND" -> ShedCache.Word.LACKS;
            // The shed is being created, or cannot be used now.
            case "SHED_NOT_READY" -> ShedCache.Word.HAS;
            default -> ShedCache.Word.NOTHING;
        };
    }

    private Server decide(String shed, List<Lobby.Answer> answers, Care care) {
        var having = servers(answers, ShedCache.Word.HAS);
        var silent = servers(answers, ShedCache.Word.NOTHING);
        if (having.size() > 1) {
            throw ambiguous("shed '" + shed + "' is on several servers: " + names(having), shed, having);
        }
        if (having.isEmpty()) {
            throw notFound(shed, answers, silent);
        }
        if (care == Care.SURE && !silent.isEmpty()) {
            throw ambiguous(
                    "shed '" + shed + "' is on server '" + having.getFirst().name()
                            + "', and other servers may have one, too: " + problems(answers),
                    shed,
                    having);
        }
        complain(answers);
        return having.getFirst();
    }

    /// The failure for a name that may mean more than one shed. Its hints are the names with their servers.
    private static CliFailure ambiguous(String message, String shed, List<Server> servers) {
        var names = servers.stream().map(server -> server.name() + "/" + shed).toArray(String[]::new);
        return new CliFailure(CliFailure.Code.AMBIGUOUS, message, names);
    }

    private static List<Server> servers(List<Lobby.Answer> answers, ShedCache.Word word) {
        return answers.stream()
                .filter(answer -> word(answer) == word)
                .map(Lobby.Answer::server)
                .toList();
    }

    private CliFailure notFound(String shed, List<Lobby.Answer> answers, List<Server> silent) {
        if (silent.size() == answers.size()) {
            return new CliFailure(
                    CliFailure.Code.SERVER_UNREACHABLE, "no server answers: " + problems(answers), "shed doctor");
        }
        complain(answers);
        return new CliFailure(
                CliFailure.Code.SHED_NOT_FOUND,
                (silent.isEmpty() ? "no server has a shed '" : "no reachable server has a shed '") + Printable.of(shed)
                        + "'",
                "shed list --all",
                "shed create " + shed);
    }

    private void complain(List<Lobby.Answer> answers) {
        answers.stream()
                .filter(answer -> word(answer) == ShedCache.Word.NOTHING)
                .forEach(answer -> call.notice(problem(answer)));
    }

    private static String problems(List<Lobby.Answer> answers) {
        return answers.stream()
                .filter(answer -> word(answer) == ShedCache.Word.NOTHING)
                .map(Finder::problem)
                .collect(Collectors.joining("; "));
    }

    private static String problem(Lobby.Answer answer) {
        return "server '" + answer.server().name() + "': " + answer.problem().orElse("no answer");
    }

    private static String names(List<Server> servers) {
        return servers.stream().map(Server::name).collect(Collectors.joining(", "));
    }
}
