package dev.shed.cli.complete;

import dev.shed.cli.call.Call;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Settings;
import dev.shed.cli.server.Target;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Asks servers for names that the cache does not have, over the shared connections. The answers are passed
/// to a shell, so only names that consist of permitted characters are used.
final class Live {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    private final Call call;
    private final Lobby lobby;

    /// @param patience how long a server may take to answer
    Live(Call call, Duration patience) {
        this.call = call;
        this.lobby = new Lobby(call, patience);
    }

    /// Words that name a shed, in the form in which the user has begun: `SHED`, `SERVER/SHED`, or either
    /// with a session.
    ///
    /// @param named the server that an option in the line names, or empty
    Collection<String> sheds(String named, String current) throws IOException, InterruptedException {
        int plus = current.indexOf('+');
        if (plus >= 0) {
            var shed = current.substring(0, plus);
            var address = named.isEmpty() ? shed : named + "/" + shed;
            return sessions(address).stream()
                    .map(session -> shed + "+" + session)
                    .toList();
        }
        var asked = new ArrayList<Server>();
        for (var server : servers(named, current)) {
            if (!call.cache().isListed(server.name(), Instant.now())) {
                asked.add(server);
            }
        }
        ask(asked);
        return knownSheds(named, current);
    }

    private void ask(List<Server> servers) throws IOException, InterruptedException {
        for (var answer : lobby.askAll(servers, List.of("list"))) {
            if (answer.problem().isEmpty()) {
                call.cache().learn(answer.server().name(), answer.sheds(), Instant.now());
            }
        }
    }

    /// The same from the cache only, however old.
    Collection<String> knownSheds(String named, String current) throws IOException {
        int slash = current.indexOf('/');
        var prefix = current.substring(0, slash + 1);
        var names = new TreeSet<String>();
        for (var server : servers(named, current)) {
            call.cache().sheds(server.name()).stream().filter(Live::isName).forEach(name -> names.add(prefix + name));
        }
        return names;
    }

    /// The named server, or all.
    private Collection<Server> servers(String named, String current) throws IOException {
        int slash = current.indexOf('/');
        var all = call.settings().servers();
        if (slash < 0 && named.isEmpty()) {
            return all.values();
        }
        var name = slash < 0 ? named : current.substring(0, slash);
        return Optional.ofNullable(all.get(name)).stream().toList();
    }

    /// The sessions of a shed.
    Collection<String> sessions(String shed) throws IOException, InterruptedException {
        return ask(shed, "sessions", "name");
    }

    /// The listening ports of a shed.
    Collection<String> ports(String shed) throws IOException, InterruptedException {
        return ask(shed, "ports", "port");
    }

    /// The ids of the questions that wait for an answer.
    ///
    /// @param named the server that an option in the line names, or empty
    Collection<String> questions(String named) throws IOException, InterruptedException {
        var settings = call.settings();
        var server = named.isEmpty() ? settings.defaultOrOnly() : settings.server(named);
        return lobby.ask(server, List.of("inbox")).list("questions").stream()
                .map(row -> String.valueOf(row.get("id")))
                .filter(Live::isName)
                .toList();
    }

    private Collection<String> ask(String shed, String verb, String field) throws IOException, InterruptedException {
        var target = Target.parse(shed);
        var server = server(target);
        if (server.isEmpty()) {
            return List.of();
        }
        var answer = lobby.ask(server.get(), List.of(verb, target.shed()));
        return answer.list(verb).stream()
                // A session on another tmux socket cannot be addressed by its name alone.
                .filter(row -> row.get("socket") == null)
                .map(row -> String.valueOf(row.get(field)))
                .filter(Live::isName)
                .distinct()
                .toList();
    }

    private Optional<Server> server(Target target) throws IOException, InterruptedException {
        var settings = call.settings();
        if (target.server().isPresent()) {
            return Optional.of(settings.server(target.server().get()));
        }
        if (settings.servers().size() == 1) {
            return Optional.of(settings.defaultOrOnly());
        }
        var cached = cached(settings, target.shed());
        if (cached.isEmpty()) {
            ask(List.copyOf(settings.servers().values()));
        }
        return cached.or(() -> cached(settings, target.shed()));
    }

    /// The first server that is known to have the shed. If several have it, one of them is good enough for
    /// completion.
    private Optional<Server> cached(Settings settings, String shed) {
        return settings.servers().values().stream()
                .filter(server -> call.cache().sheds(server.name()).contains(shed))
                .findFirst();
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
