package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.Await;
import dev.shed.gateway.config.Agents;
import dev.shed.gateway.config.Notifications;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// An agent that asks, in a shed with very little processor time: what is not known in time is
/// said to be so. Whether an answer comes in time depends on the machine, so each call may have
/// either.
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class SlowShedIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// In microseconds of each 100 ms. A program that never rests takes about half of it.
    private static final String LITTLE = "2500";

    private static final String ALL = "-1";

    @TempDir
    Path directory;

    private LiveGateway gateway;
    private String shed;

    private LiveGateway start(String prefix) throws IOException {
        var program = Files.writeString(directory.resolve("tell"), "#!/bin/sh\necho \"$SHED_TITLE\" >>\"$1\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        var notifications = new Notifications(
                List.of(program.toString(), directory.resolve("told").toString()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(prefix + "*"),
                Notifications.NONE.statuses(),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                "never");
        return LiveGateway.start(URI.create(Place.ENGINE), Agents.DEFAULTS, notifications);
    }

    private List<String> told() throws IOException {
        var file = directory.resolve("told");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private void limit(String quota) throws IOException {
        Place.docker("update", "--cpu-quota=" + quota, "shed-" + shed).orFail();
    }

    private void open(String session, String command) throws IOException {
        Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", session, command)
                .orFail();
    }

    private Result ssh(String line) throws IOException {
        return gateway.ssh("-s", shed + "@gw", line);
    }

    private static Stream<JsonNode> rows(Result listing, String field) throws IOException {
        return StreamSupport.stream(JSON.readTree(listing.out()).path(field).spliterator(), false);
    }

    private List<String> ids(Result inbox) throws IOException {
        return rows(inbox, "questions").map(row -> row.get("id").asText()).toList();
    }

    private List<String> statuses(Result sessions) throws IOException {
        return rows(sessions, "sessions")
                .filter(row -> row.get("name").asText().equals("agent"))
                .map(row -> row.get("status").asText())
                .toList();
    }

    private String answers() throws IOException {
        return Place.inside(shed, "sh", "-c", "cat ~/agent.log 2>/dev/null || :")
                .orFail();
    }

    @Test
    void whatAnAgentAsksIsNeitherLostNorAnsweredByMistake() throws Exception {
        var prefix = "slow" + Long.toHexString(System.nanoTime() & 0xffffff) + "-";
        gateway = start(prefix);
        try (var closed = gateway) {
            shed = closed.place().newShed(prefix);
            FakeAgent.install(gateway, shed);
            open("agent", "exec ~/bin/claude 1 agent");
            open("spin", "while :; do :; done");
            var id = Await.get("the question", Await.PATIENCE, () -> ids(ssh("inbox --json")), ids -> !ids.isEmpty())
                    .getFirst();
            Await.until("the notification", () -> told().size() == 1);
            var events = new CopyOnWriteArrayList<String>();
            var watch = gateway.place()
                    .client("shed@gw", "inbox " + shed + " --watch --json")
                    .start();
            try {
                Thread.ofVirtual().start(() -> watch.inputReader().lines().forEach(events::add));
                Await.until("the watch", () -> !events.isEmpty());

                limit(LITTLE);
                checkSlow(id);
                limit(ALL);

                Await.get("the question again", Await.PATIENCE, () -> ids(ssh("inbox --json")), List.of(id)::equals);
                Await.get(
                        "its status",
                        Await.PATIENCE,
                        () -> statuses(ssh("sessions --json")),
                        List.of("needs-approval")::equals);
                assertThat(ssh("inbox --json").status()).isZero();
                assertThat(answers()).isEmpty();
                assertThat(events).as("nothing is gone, or asked again").hasSize(1);
                assertThat(told()).as("notifications").hasSize(1);
                assertThat(ssh("approve " + id).orFail()).startsWith("approved ");
                assertThat(answers()).isEqualTo("1 key 0d\n");
            } finally {
                watch.destroy();
            }
        }
    }

    private void checkSlow(String id) throws IOException {
        var sessions = ssh("sessions --json");
        assertThat(sessions.status()).isIn(0, 75);
        assertThat(statuses(sessions))
                .isSubsetOf(sessions.status() == 0 ? Set.of("needs-approval") : Set.of("needs-approval", "unknown"));
        assertThat(sessions.said()).contains(shed);

        var inbox = ssh("inbox --json");
        assertThat(inbox.status()).isIn(0, 75);
        assertThat(ids(inbox)).isSubsetOf(id);
        assertThat(inbox.status() == 75 || ids(inbox).contains(id))
                .as("complete, or said to be incomplete: " + inbox.said())
                .isTrue();
        assertThat(inbox.said()).contains(shed);

        var send = ssh("send agent no");
        assertThat(send.status()).as(send.said()).isEqualTo(75);
    }
}
