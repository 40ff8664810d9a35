package dev.shed.cli.verb;

import dev.shed.cli.Age;
import dev.shed.cli.Call;
import dev.shed.cli.CliFailure;
import dev.shed.cli.Grammar;
import dev.shed.cli.Lobby;
import dev.shed.cli.Outcome;
import dev.shed.cli.Server;
import dev.shed.cli.Shown;
import dev.shed.cli.Table;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/// One list of what several servers answer. A server that does not is named on stderr, and the exit status says so;
/// the others are listed all the same.
final class AllServers {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int UNAVAILABLE = 69;

    static final Kind SESSIONS =
            new Kind("sessions", "sessions", List.of("SERVER", "SHED", "SESSION", "STATUS", "CREATED", "WINDOWS"));
    static final Kind SHEDS =
            new Kind("list", "sheds", List.of("SERVER", "SHED", "STATUS", "CREATED", "REPO", "SESSIONS"));

    private final Call call;
    private final Kind kind;
    private final Collection<Server> servers;
    private final Optional<String> shed;
    private final boolean json;

    /// What is listed.
    ///
    /// @param verb the gateway's verb
    /// @param field the list in its JSON
    /// @param headings of the table
    record Kind(String verb, String field, List<String> headings) {}

    /// @param shed the only shed to tell of, if there is one
    AllServers(Call call, Kind kind, Collection<Server> servers, Optional<String> shed, boolean json) {
        this.call = call;
        this.kind = kind;
        this.servers = servers;
        this.shed = shed;
        this.json = json;
    }

    /// All servers are meant, so no other is to be named.
    static void requireNoOther(ParseResult parsed, Optional<String> shed) {
        if (Grammar.has(parsed, "--server")) {
            throw CliFailure.usage(
                    "--all and --server exclude each other",
                    parsed.commandSpec().qualifiedName(" ") + " --help");
        }
        shed.filter(name -> name.contains("/")).ifPresent(name -> {
            throw CliFailure.usage(
                    "--all asks every server, '" + Shown.of(name) + "' names one",
                    parsed.commandSpec().qualifiedName(" ") + " --help");
        });
    }

    Outcome print() throws IOException, InterruptedException {
        var verb = new ArrayList<>(List.of(kind.verb()));
        shed.ifPresent(verb::add);
        var answers = new Lobby(call, PATIENCE).askAll(servers, verb);
        if (kind.equals(SHEDS)) {
            learn(answers);
        }
        if (json) {
            call.json(merged(answers));
        } else {
            table(answers).print(call);
        }
        return new Outcome.Done(complain(answers));
    }

    private void learn(List<Lobby.Answer> answers) throws IOException {
        for (var answer : answers) {
            if (answer.problem().isEmpty()) {
                call.cache().learn(answer.server().name(), answer.sheds(), Instant.now());
            }
        }
    }

    private Map<String, Object> merged(List<Lobby.Answer> answers) {
        var all = new ArrayList<Map<String, Object>>();
        var errors = new ArrayList<Map<String, Object>>();
        for (var answer : answers) {
            answer.list(kind.field()).forEach(row -> all.add(withServer(answer, row)));
            answer.list("errors").forEach(row -> errors.add(withServer(answer, row)));
            answer.problem()
                    .filter(_ -> !isElsewhere(answer))
                    .ifPresent(problem -> errors.add(withServer(answer, Map.of("message", problem))));
        }
        var merged = new LinkedHashMap<String, Object>();
        merged.put(kind.field(), all);
        if (!errors.isEmpty()) {
            merged.put("errors", errors);
        }
        return merged;
    }

    private static Map<String, Object> withServer(Lobby.Answer answer, Map<String, Object> row) {
        var whole = new LinkedHashMap<String, Object>();
        whole.put("server", answer.server().name());
        whole.putAll(row);
        return whole;
    }

    private Table table(List<Lobby.Answer> answers) {
        var table = new Table(kind.headings().toArray(String[]::new));
        for (var answer : answers) {
            answer.list(kind.field()).forEach(row -> table.row(cells(answer.server(), row)));
        }
        return table;
    }

    private String[] cells(Server server, Map<String, Object> row) {
        var age = Age.of(text(row, "created_at"), Instant.now());
        return kind.equals(SHEDS)
                ? new String[] {
                    server.name(),
                    text(row, "name"),
                    text(row, "status"),
                    age,
                    text(row, "repo"),
                    text(row, "session_count")
                }
                : new String[] {
                    server.name(),
                    text(row, "shed_name"),
                    text(row, "name"),
                    Boolean.TRUE.equals(row.get("attached")) ? "attached" : "detached",
                    age,
                    text(row, "window_count")
                };
    }

    private static String text(Map<String, Object> row, String field) {
        return Optional.ofNullable(row.get(field)).map(String::valueOf).orElse("-");
    }

    /// A shed that was asked for is on one server, so the others do not know it.
    private boolean isElsewhere(Lobby.Answer answer) {
        return shed.isPresent() && answer.status() == GatewayVerb.NOT_FOUND;
    }

    private int complain(List<Lobby.Answer> answers) {
        int status = 0;
        for (var answer : answers) {
            if (answer.problem().isPresent() && !isElsewhere(answer)) {
                call.notice("server '" + answer.server().name() + "': "
                        + answer.problem().get());
                status = UNAVAILABLE;
            }
        }
        boolean nowhere =
                shed.isPresent() && !answers.isEmpty() && answers.stream().allMatch(this::isElsewhere);
        if (nowhere) {
            call.notice("no server has a shed '" + shed.get() + "'");
        }
        return nowhere ? GatewayVerb.NOT_FOUND : status;
    }
}
