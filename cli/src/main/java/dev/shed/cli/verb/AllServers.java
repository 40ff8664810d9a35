package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.server.Server;
import dev.shed.cli.table.Table;
import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/// Merges the lists of several servers. A server that does not answer is reported on stderr and by the exit
/// status; the others are listed.
final class AllServers {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int UNAVAILABLE = 69;

    private final Call call;
    private final Listed listed;
    private final Collection<Server> servers;
    private final Optional<String> shed;

    /// @param shed the only shed to list, if any
    AllServers(Call call, Listed listed, Collection<Server> servers, Optional<String> shed) {
        this.call = call;
        this.listed = listed;
        this.servers = servers;
        this.shed = shed;
    }

    /// Refuses a server or shed together with `--all`.
    static void requireNoOther(ParseResult parsed, Optional<String> shed) {
        if (Grammar.has(parsed, "--server")) {
            throw CliFailure.usage(
                    "--all and --server cannot be combined",
                    parsed.commandSpec().qualifiedName(" ") + " --help");
        }
        shed.filter(name -> name.contains("/")).ifPresent(name -> {
            throw CliFailure.usage(
                    "--all asks all servers, but '" + Printable.of(name) + "' names one",
                    parsed.commandSpec().qualifiedName(" ") + " --help");
        });
    }

    Outcome print(boolean json) throws IOException, InterruptedException {
        var answers = ask();
        if (json) {
            call.json(merged(answers));
        } else {
            table(answers, true).print(call);
        }
        problems(answers).forEach(call::notice);
        return new Outcome.Done(status(answers));
    }

    /// The answers of all servers, in the servers' order.
    List<Lobby.Answer> ask() throws IOException, InterruptedException {
        var verb = new ArrayList<>(listed.verb());
        shed.ifPresent(verb::add);
        var answers = new Lobby(call, PATIENCE).askAll(servers, verb);
        for (var answer : answers) {
            if (listed.field().equals(Listed.SHEDS) && answer.problem().isEmpty()) {
                call.cache().learn(answer.server().name(), answer.sheds(), Instant.now());
            }
        }
        return answers;
    }

    private Map<String, Object> merged(List<Lobby.Answer> answers) {
        var all = new ArrayList<Map<String, Object>>();
        var errors = new ArrayList<Map<String, Object>>();
        for (var answer : answers) {
            answer.list(listed.field()).forEach(row -> all.add(withServer(answer, row)));
            answer.list("errors").forEach(row -> errors.add(withServer(answer, row)));
            answer.problem()
                    .filter(_ -> !isElsewhere(answer))
                    .ifPresent(problem -> errors.add(withServer(answer, Map.of("message", problem))));
        }
        var merged = new LinkedHashMap<String, Object>();
        merged.put(listed.field(), all);
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

    /// @param withServer whether to add a first column with the server
    Table table(List<Lobby.Answer> answers, boolean withServer) {
        var told = listed.of(answers.stream()
                .flatMap(answer -> answer.list(listed.field()).stream())
                .toList());
        var headings = new ArrayList<>(told.headings());
        if (withServer) {
            headings.addFirst("SERVER");
        }
        var table = new Table(headings).dropping(told.droppable());
        for (var answer : answers) {
            for (var row : answer.list(listed.field())) {
                var cells = new ArrayList<>(told.cells(row, time(answer)));
                if (withServer) {
                    cells.addFirst(answer.server().name());
                }
                table.row(cells);
            }
        }
        return table;
    }

    /// The time on the server's own clock.
    private static Instant time(Lobby.Answer answer) {
        try {
            return Instant.parse(String.valueOf(answer.json().get("time")));
        } catch (DateTimeParseException _) {
            return Instant.now();
        }
    }

    /// Whether the answer says that this server does not have the requested shed; another one may.
    private boolean isElsewhere(Lobby.Answer answer) {
        return shed.isPresent() && answer.status() == GatewayVerb.NOT_FOUND;
    }

    /// The servers that have not answered, and why.
    List<String> problems(List<Lobby.Answer> answers) {
        if (isNowhere(answers)) {
            return List.of("no server has a shed '" + shed.orElseThrow() + "'");
        }
        return answers.stream()
                .filter(this::failed)
                .map(answer -> "server '" + answer.server().name() + "': "
                        + answer.problem().orElseThrow())
                .toList();
    }

    private int status(List<Lobby.Answer> answers) {
        if (isNowhere(answers)) {
            return GatewayVerb.NOT_FOUND;
        }
        return answers.stream().anyMatch(this::failed) ? UNAVAILABLE : 0;
    }

    private boolean failed(Lobby.Answer answer) {
        return answer.problem().isPresent() && !isElsewhere(answer);
    }

    private boolean isNowhere(List<Lobby.Answer> answers) {
        return shed.isPresent() && !answers.isEmpty() && answers.stream().allMatch(this::isElsewhere);
    }
}
