package dev.shed.cli.lobby;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.shed.cli.call.Call;
import dev.shed.cli.server.Server;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import dev.shed.cli.text.Printable;
import dev.shed.cli.text.Quoted;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Calls verbs of gateways and reads their JSON. Used only for what must be known about several servers, or
/// before ssh runs.
public final class Lobby {
    /// The login name of the lobby.
    public static final String LOGIN = "shed";

    /// A query ends by itself after its time limit; it is abandoned this much later.
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final Call call;
    private final Duration patience;

    /// @param patience how long a server may take to answer
    public Lobby(Call call, Duration patience) {
        this.call = call;
        this.patience = patience;
    }

    /// The answer of a server.
    ///
    /// @param server the server
    /// @param status the exit status of ssh
    /// @param json the answer; empty if it is not a JSON object
    /// @param problem why there is no answer; empty if there is one
    public record Answer(Server server, int status, Map<String, Object> json, Optional<String> problem) {
        /// The objects in a list of the answer.
        public List<Map<String, Object>> list(String field) {
            return json.get(field) instanceof List<?> values
                    ? values.stream().flatMap(Answer::object).toList()
                    : List.of();
        }

        @SuppressWarnings("unchecked") // the parser creates maps with string keys only
        private static Stream<Map<String, Object>> object(Object value) {
            return value instanceof Map<?, ?> map ? Stream.of((Map<String, Object>) map) : Stream.empty();
        }

        /// The code of the gateway's failure; empty if there is none.
        public String code() {
            return error("code");
        }

        /// A field of the gateway's failure; empty if there is none.
        String error(String field) {
            return json.get("error") instanceof Map<?, ?> error && error.get(field) instanceof String text ? text : "";
        }

        /// The names of the sheds in the answer to `list`.
        public List<String> sheds() {
            return list("sheds").stream()
                    .map(shed -> String.valueOf(shed.get("name")))
                    .toList();
        }
    }

    /// Asks all servers at the same time. The answers are in the servers' order.
    public List<Answer> askAll(Collection<Server> servers, List<String> verb) throws InterruptedException {
        return askAll(servers, verb, (_, _) -> Optional.empty());
    }

    /// How much longer to wait for the other servers after an answer; empty for no change.
    @FunctionalInterface
    public interface Enough {
        Optional<Duration> after(Answer answer, Collection<Server> left);
    }

    /// Asks all servers, but waits only as long as `enough` says. A server that has not answered by then has
    /// an answer with a problem.
    public List<Answer> askAll(Collection<Server> servers, List<String> verb, Enough enough)
            throws InterruptedException {
        var limit = patience.plus(MARGIN);
        var answers = new ServerQuery(servers, limit, enough).run(server -> () -> ask(server, verb));
        return servers.stream()
                .map(server -> answers.getOrDefault(server, silent(server, "no answer in time")))
                .toList();
    }

    private static Answer silent(Server server, String problem) {
        return new Answer(server, SshProcess.TIMED_OUT, Map.of(), Optional.of(problem));
    }

    /// Asks one server; adds `--json` to the verb.
    public Answer ask(Server server, List<String> verb) throws IOException, InterruptedException {
        var words = Stream.concat(verb.stream(), Stream.of("--json")).toList();
        var ssh = call.control(server).unattended().options("ConnectTimeout=" + patience.toSeconds());
        var answer = SshProcess.ask(new SshCommand(ssh.command(LOGIN, Quoted.line(words))), patience);
        return switch (answer.status()) {
            case SshProcess.TIMED_OUT -> silent(server, "no answer within " + patience.toSeconds() + " s");
            case SshProcess.SSH_FAILED ->
                new Answer(server, SshProcess.SSH_FAILED, Map.of(), Optional.of(lastLine(answer.err())));
            default -> read(server, answer);
        };
    }

    private Answer read(Server server, SshProcess.Answer answer) throws IOException {
        try {
            var json = JSON.std.mapFrom(answer.out());
            var said = new Answer(server, answer.status(), json, Optional.empty());
            return said.code().isEmpty()
                    ? said
                    : new Answer(server, answer.status(), json, Optional.of(said.error("message")));
        } catch (IOException _) {
            return new Answer(server, answer.status(), Map.of(), Optional.of(lastLine(answer.err() + answer.out())));
        }
    }

    private static String lastLine(String text) {
        return Printable.of(text.strip().lines().reduce((_, last) -> last).orElse("no answer"));
    }
}
