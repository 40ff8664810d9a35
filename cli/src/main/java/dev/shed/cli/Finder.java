package dev.shed.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds the server of a shed: the one that was named; else the cache, the default server, all others. Who has one
/// server only is never asked for it.
public final class Finder {
    /// A server that takes longer is no server to wait for before the work has begun.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Call call;
    private final Settings settings;
    private final Lobby lobby;

    public Finder(Call call) throws IOException {
        this.call = call;
        this.settings = call.settings();
        this.lobby = new Lobby(call, PATIENCE);
    }

    public Server find(Target target) throws IOException, InterruptedException {
        if (target.server().isPresent()) {
            return settings.server(target.server().get());
        }
        if (settings.servers().size() <= 1) {
            return settings.defaultOrOnly();
        }
        var guess = call.cache()
                .find(target.shed())
                .filter(entry -> settings.servers().containsKey(entry.server()));
        if (guess.filter(entry -> entry.isFresh(Instant.now())).isPresent()) {
            return settings.server(guess.get().server());
        }
        return search(target.shed(), guess.map(ShedCache.Entry::server));
    }

    /// Whether the search has anything to offer beyond a server that did not know the shed.
    public boolean hasOthers() {
        return settings.servers().size() > 1;
    }

    /// Asks where the shed was last, then the default server, then all others.
    private Server search(String shed, Optional<String> guess) throws IOException, InterruptedException {
        var asked = new ArrayList<Lobby.Answer>();
        for (var name : Stream.concat(guess.stream(), settings.defaultServer().stream())
                .distinct()
                .toList()) {
            var answer = heard(lobby.ask(settings.server(name), List.of("list")));
            // One that does not answer now is still the best guess: ssh will say more about it.
            if (answer.sheds().contains(shed)
                    || (answer.problem().isPresent()
                            && guess.filter(name::equals).isPresent())) {
                return answer.server();
            }
            asked.add(answer);
        }
        var others = new ArrayList<>(settings.servers().values());
        asked.forEach(answer -> others.remove(answer.server()));
        for (var answer : lobby.askAll(others, List.of("list"))) {
            asked.add(heard(answer));
        }
        return one(shed, asked);
    }

    private Lobby.Answer heard(Lobby.Answer answer) throws IOException {
        if (answer.problem().isPresent()) {
            call.notice("server '" + answer.server().name() + "': "
                    + answer.problem().get());
        } else {
            call.cache().learn(answer.server().name(), answer.sheds(), Instant.now());
        }
        return answer;
    }

    private static Server one(String shed, List<Lobby.Answer> answers) {
        var having = answers.stream()
                .filter(answer -> answer.sheds().contains(shed))
                .map(Lobby.Answer::server)
                .toList();
        if (having.size() > 1) {
            var names = having.stream().map(Server::name).collect(Collectors.joining(", "));
            var choices =
                    having.stream().map(server -> server.name() + "/" + shed).toArray(String[]::new);
            throw new CliFailure(
                    CliFailure.Code.AMBIGUOUS, "shed '" + shed + "' is on several servers: " + names, choices);
        }
        if (having.isEmpty()) {
            boolean silence =
                    answers.stream().allMatch(answer -> answer.problem().isPresent());
            throw new CliFailure(
                    silence ? CliFailure.Code.SERVER_UNREACHABLE : CliFailure.Code.SHED_NOT_FOUND,
                    "no server that answers has a shed '" + Shown.of(shed) + "'",
                    "shed list --all",
                    "shed create " + shed);
        }
        return having.getFirst();
    }
}
