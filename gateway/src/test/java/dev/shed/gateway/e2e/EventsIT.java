package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// `events` with the real client, engine and tmux.
class EventsIT {
    private static final int SESSIONS = 500;

    /// How often the watch has looked.
    private static final Pattern LOOKS = Pattern.compile("SHED_WATCH_\\w+_alarm=(\\d+)");

    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static Place place() {
        return gateway.place();
    }

    private static void tmux(String shed, String... words) throws Exception {
        var all = new String[words.length + 1];
        all[0] = "tmux";
        System.arraycopy(words, 0, all, 1, words.length);
        Place.inside(shed, all).orFail();
    }

    /// As fast as tmux can, from two sides, and the second side in bursts of one command.
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aThousandSessionsAreToldOnceEach() throws Exception {
        var shed = place().newShed();
        try (var follower = Follower.of(place(), shed);
                var other = Follower.start(place().client("shed@gw", "events", shed, "--json"))) {
            var churn = """
                    single() { for i in $(seq %1$d); do tmux new-session -d -s a$i 'sleep 99' \\; kill-session -t =a$i; done; }
                    burst() {
                      for n in $(seq 0 100 %2$d); do
                        set --
                        for i in $(seq $((n + 1)) $((n + 100))); do
                          set -- "$@" new-session -d -s b$i 'sleep 99' \\; kill-session -t =b$i \\;
                        done
                        tmux "$@"
                      done
                    }
                    single & burst & wait""".formatted(SESSIONS, SESSIONS - 1);
            Place.inside(shed, "sh", "-c", churn).orFail();
            tmux(shed, "new-session", "-d", "-s", "last");
            follower.await("session-created", "last");
            other.await("session-created", "last");

            assertThat(follower.told()).containsExactlyInAnyOrderElementsOf(expected());
            assertThat(other.events().subList(1, other.events().size()))
                    .isEqualTo(follower.events().subList(1, follower.events().size()));
            assertThat(follower.events().stream().map(event -> event.get("seq").asLong()))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    private static List<String> expected() {
        var names = IntStream.rangeClosed(1, SESSIONS).boxed().flatMap(i -> List.of("a" + i, "b" + i).stream());
        var all = new java.util.ArrayList<>(
                names.flatMap(name -> List.of("session-created " + name, "session-closed " + name).stream())
                        .toList());
        all.add("session-created last");
        return all;
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aShedMayStopStartAndDie() throws Exception {
        var shed = place().newShed();
        try (var follower = Follower.of(place(), shed)) {
            tmux(shed, "new-session", "-d", "-s", "before");
            follower.await("session-created", "before");
            gateway.ssh("-s", shed + "@gw", "stop").orFail();
            gateway.ssh("-s", shed + "@gw", "start").orFail();
            follower.await("shed-started", "");
            tmux(shed, "new-session", "-d", "-s", "after");
            follower.await("session-created", "after");
            Place.inside(shed, "sudo", "kill", "1");
            follower.await("shed-died", "");
            // Its restart policy brings it back.
            Await.until("started again", () -> count(follower, "shed-started") == 2);
            gateway.ssh("shed@gw", "delete", "--force", shed).orFail();
            follower.await("shed-deleted", "");

            assertThat(follower.told())
                    .containsExactly(
                            "session-created before",
                            "session-closed before",
                            "shed-stopped",
                            "shed-started",
                            "session-created after",
                            "session-closed after",
                            "shed-died",
                            "shed-started",
                            "shed-stopped",
                            "shed-deleted");
            assertThat(follower.events())
                    .anySatisfy(
                            event -> assertThat(event.path("reason").asText()).isEqualTo("exit 143"));
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aShedIsCreatedWhenItIsFinishedAndNotBefore() throws Exception {
        var name = place().newName();
        gateway.authorize(name, "sheds=\"" + name + "*\"");
        try (var follower = Follower.start(place().client("shed@gw-" + name, "events --json"))) {
            gateway.ssh("shed@gw", "create " + name + "-a").orFail();
            follower.await("shed-created", "");
            assertThat(follower.told()).containsExactly("shed-creating", "shed-started", "shed-created");

            assertThat(gateway.ssh("shed@gw", "create " + name + "-b --repo file:///nowhere")
                            .status())
                    .isEqualTo(79);
            follower.await("shed-deleted", "");
            assertThat(follower.told())
                    .startsWith("shed-creating", "shed-started", "shed-created", "shed-creating", "shed-started")
                    .endsWith("shed-deleted")
                    .containsOnlyOnce("shed-created");
        }
    }

    /// Its main process itself takes more than there is.
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aShedThatRunsOutOfMemorySaysSo() throws Exception {
        var shed = place().newName();
        var run =
                List.of("run", "-d", "--name", "shed-" + shed, "--label", "shed=true", "--label", "shed.name=" + shed);
        var limited = List.of("--memory", "64m", "--memory-swap", "64m", "--entrypoint", "sh", Place.IMAGE);
        var main = List.of("-c", "mkfifo /tmp/go; read x </tmp/go; exec tail /dev/zero");
        Place.docker(Stream.of(run, limited, main).flatMap(List::stream).toArray(String[]::new))
                .orFail();
        try (var follower = Follower.of(place(), shed)) {
            Place.inside(shed, "sh", "-c", "until [ -p /tmp/go ]; do :; done; echo >/tmp/go")
                    .orFail();
            follower.await("shed-died", "");

            assertThat(follower.told()).containsExactly("shed-died");
            assertThat(follower.events().getLast().path("reason").asText()).isEqualTo("out of memory");
        }
        // The engine's lists are a little behind its events.
        Await.get(
                "info has it",
                Await.PATIENCE,
                () -> gateway.ssh("-s", shed + "@gw", "info").out(),
                text -> Pattern.compile("status +stopped by itself \\(.*out of memory\\)")
                        .matcher(text)
                        .find());
    }

    private static long count(Follower follower, String text) {
        return follower.told().stream().filter(text::equals).count();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void whoComesBackMissesNothing() throws Exception {
        var shed = place().newShed();
        long position;
        try (var follower = Follower.of(place(), shed)) {
            tmux(shed, "new-session", "-d", "-s", "one");
            follower.await("session-created", "one");
            position = follower.position();
        }
        tmux(shed, "rename-session", "-t", "=one", "two");
        tmux(shed, "kill-session", "-t", "=two");
        try (var follower = Follower.of(place(), shed, "--since", Long.toString(position))) {
            follower.await("session-closed", "two");
            assertThat(follower.told()).containsExactly("session-renamed two", "session-closed two");
        }
        try (var follower = Follower.of(place(), shed, "--since", "1")) {
            assertThat(follower.told()).startsWith("gap");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void clientsBellsAndServersComeAndGo() throws Exception {
        var shed = place().newShed();
        try (var follower = Follower.of(place(), shed)) {
            try (var terminal = Terminal.ssh(place(), "-tt", shed + "+work@gw")) {
                follower.await("session-attached", "work");
                terminal.detach();
                follower.await("session-detached", "work");
            }
            tmux(shed, "send-keys", "-t", "=work:", "printf '\\a'", "Enter");
            follower.await("session-bell", "work");
            // Who sets a hook as a whole removes those of others.
            tmux(shed, "set-hook", "-g", "session-created", "display-message hello");
            Await.until(
                    "the hook is back",
                    () -> Place.inside(shed, "tmux", "show-hooks", "-g", "session-created")
                            .orFail()
                            .contains("@shed-watch"));
            tmux(shed, "kill-server");
            follower.await("session-closed", "work");
            Await.until(
                    "another server",
                    () -> Place.inside(shed, "tmux", "new-session", "-d", "-s", "first")
                                    .status()
                            == 0);
            follower.await("session-created", "first");
            // tmux itself expands the name that it is given, once.
            tmux(shed, "rename-session", "-t", "=first", "##{pid} 100%|x");
            follower.await("session-renamed", "#{pid} 100%|x");
        }
    }

    /// tmux sets an alarm of the watch on behalf of a client that is attached, and forgets it when that client leaves.
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void sessionsAreLookedAtAfterTheLastClientHasLeft() throws Exception {
        var shed = place().newShed();
        try (var follower = Follower.of(place(), shed)) {
            for (int round = 0; round < 3; round++) {
                try (var terminal = Terminal.ssh(place(), "-tt", shed + "+work@gw")) {
                    follower.await("session-attached", "work");
                    Await.until(
                            "a look at the attached session",
                            () -> variables(shed).matches("(?s).*SHED_WATCH_\\w+_seen=[^=]*w \\$0 @1/.*"));
                    terminal.detach();
                    follower.await("session-detached", "work");
                }
                tmux(shed, "new-session", "-d", "-s", "agent" + round, "bash -c 'exec -a claude sleep 300'");
                follower.await("session-status", "agent" + round);
            }
        }
    }

    /// tmux draws all its clients when an option is set.
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void whoIsAttachedIsNotDrawnAnewByALook() throws Exception {
        var shed = place().newShed();
        tmux(shed, "new-session", "-d", "-s", "work", "exec sleep 300");
        tmux(shed, "set-option", "-g", "status", "off");
        try (var follower = Follower.of(place(), shed);
                var terminal = Terminal.ssh(place(), "-tt", shed + "+work@gw")) {
            follower.await("session-attached", "work");
            awaitLooks(shed, 3);
            var written =
                    List.of("tmux", "list-clients", "-F", "#{client_written}").toArray(String[]::new);
            var before = Place.inside(shed, written).orFail();
            awaitLooks(shed, 3);
            assertThat(Place.inside(shed, written).orFail()).matches("[0-9]+\n").isEqualTo(before);
            terminal.detach();
        }
    }

    private static void awaitLooks(String shed, int more) throws Exception {
        int before = looks(shed);
        Await.until("looks", () -> looks(shed) >= before + more);
    }

    private static int looks(String shed) throws IOException {
        return LOOKS.matcher(variables(shed))
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(0);
    }

    /// Those of the tmux server that are hidden.
    private static String variables(String shed) throws IOException {
        return Place.inside(shed, "tmux", "show-environment", "-gh").orFail();
    }

    /// A watch that somebody used lingers, and looks for a new server only from time to time.
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aSessionOfANewServerIsWaitedForAtOnce() throws Exception {
        var shed = place().newShed();
        for (int round = 0; round < 3; round++) {
            tmux(shed, "new-session", "-d", "-s", "a", "echo up; exec sleep 99");
            gateway.ssh("-s", shed + "+a@gw", "wait --match up --timeout 30s").orFail();
            tmux(shed, "kill-server");
            tmux(shed, "new-session", "-d", "-s", "b", "echo again; exec sleep 99");
            assertThat(gateway.ssh("-s", shed + "+b@gw", "wait --match again --timeout 30s")
                            .orFail())
                    .isEqualTo(shed + "+b: match (again)\n");
            tmux(shed, "kill-server");
        }
    }

    /// Two gateways look into one shed; one is killed, and what it leaves there harms nobody.
    @Test
    void gatewaysDoNotTakeEventsFromEachOther() throws Exception {
        var shed = place().newShed();
        try (var child = ChildGateway.start();
                var follower = Follower.of(place(), shed)) {
            try (var other = Follower.of(child.place(), shed)) {
                tmux(shed, "new-session", "-d", "-s", "one");
                follower.await("session-created", "one");
                other.await("session-created", "one");
                child.kill();
            }
            tmux(shed, "new-session", "-d", "-s", "two");
            follower.await("session-created", "two");
            child.startAgain();
            try (var other = Follower.of(child.place(), shed)) {
                tmux(shed, "kill-session", "-t", "=two");
                other.await("session-closed", "two");
                follower.await("session-closed", "two");
                assertThat(other.told()).containsExactly("session-closed two");
            }
            assertThat(Place.inside(shed, "tmux", "show-hooks", "-g", "session-created")
                            .orFail()
                            .lines())
                    .hasSize(2);
        }
    }
}
