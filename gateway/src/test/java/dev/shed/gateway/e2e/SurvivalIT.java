package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.audit.AuditEvent.ChannelEnded;
import dev.shed.gateway.audit.AuditEvent.ConnectionClosed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Work is never lost: a counter in a session counts on whoever goes, and whoever goes leaves nothing behind.
class SurvivalIT {
    /// What docs/spec.md promises from the moment that the gateway notices.
    private static final Duration PROMISED = Duration.ofSeconds(5);

    private static final String COUNTER = "n=0; while :; do n=$((n+1)); echo count-$n; sleep 0.5; done";

    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start(LiveGateway::impatient);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theCounterSurvivesADetach() throws Exception {
        try (var counter = new Counter(gateway.place());
                var terminal = counter.attach()) {
            terminal.detach();

            assertThat(terminal.status()).isZero();
            counter.isLeftAlone(PROMISED);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theCounterSurvivesAKilledClient() throws Exception {
        try (var counter = new Counter(gateway.place());
                var terminal = counter.attach()) {
            terminal.process().destroyForcibly();

            assertThat(terminal.status()).isEqualTo(137);
            counter.isLeftAlone(PROMISED);
            var ended = gateway.audit().await(ChannelEnded.class, counter::isItsShell);
            assertThat(ended.event().ending().outcome()).isEqualTo("peer-gone");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theCounterSurvivesAClientThatIsCutOff() throws Exception {
        try (var counter = new Counter(gateway.place());
                var terminal = counter.attach();
                var _ = Cut.between(terminal.process(), gateway.place().port())) {
            var ended = gateway.audit().await(ChannelEnded.class, counter::isItsShell);

            // From the event on, whatever the looks themselves take.
            var left = PROMISED.minusNanos(System.nanoTime() - ended.nanos());
            counter.isLeftAlone(left);
            gateway.audit()
                    .await(
                            ConnectionClosed.class,
                            closed -> closed.origin().equals(ended.event().origin()));
        }
    }

    @Test
    void theCounterSurvivesTheGateway() throws Exception {
        try (var child = ChildGateway.start();
                var counter = new Counter(child.place());
                var terminal = counter.attach()) {
            child.kill();
            assertThat(terminal.status()).isEqualTo(255);
            child.startAgain();

            counter.isLeftAlone(PROMISED);
        }
    }

    @Test
    void aGatewayThatIsStoppedEndsItsClientsAndKeepsTheCounter() throws Exception {
        try (var child = ChildGateway.start();
                var counter = new Counter(child.place());
                var terminal = counter.attach()) {
            child.stop();

            assertThat(terminal.status()).isEqualTo(255);
            assertThat(terminal.screen()).contains("the gateway is stopping; your sessions go on");
            child.startAgain();
            counter.isLeftAlone(PROMISED);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theCounterSurvivesItsPorterAndPeopleAreTold() throws Exception {
        try (var counter = new Counter(gateway.place());
                var terminal = counter.attach();
                var command = new Command(gateway.place(), counter.shed)) {
            Place.docker("exec", "-u", "0", "shed-" + counter.shed, "pkill", "-KILL", "-f", "^/run/shed/porter")
                    .orFail();

            assertThat(terminal.status()).isEqualTo(75);
            assertThat(terminal.screen()).contains("the connection into its container was lost; log in again");
            assertThat(command.err()).contains("the connection into its container was lost; log in again");
            assertThat(command.status()).isEqualTo(75);
            counter.isLeftAlone(PROMISED);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aKilledContainerIsSaidAndTheNextLoginStartsIt() throws Exception {
        var shed = gateway.place().newShed();
        try (var terminal = Terminal.ssh(gateway.place(), shed + "@gw");
                var command = new Command(gateway.place(), shed)) {
            terminal.awaitPrompt();
            Place.docker("kill", "shed-" + shed).orFail();

            assertThat(terminal.status()).isEqualTo(75);
            assertThat(terminal.screen()).contains("its container stopped; log in again");
            assertThat(command.err()).contains("its container stopped; log in again");
            assertThat(command.status()).isEqualTo(75);
        }
        var next = gateway.ssh(shed + "@gw", "echo again");
        assertThat(next.orFail()).isEqualTo("again\n");
        assertThat(next.err()).contains("shed '" + shed + "' was stopped; starting it");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theCommandOfAKilledClientSeesTheEndAndGoesOn() throws Exception {
        var shed = gateway.place().newShed();
        try (var command = new Command(gateway.place(), shed, "echo up; cat; echo over >seen; exec sleep 1001")) {
            command.kill();

            Await.until(
                    "it goes on",
                    PROMISED,
                    () -> Place.inside(shed, "cat", "/home/dev/seen").out().equals("over\n"));
            Await.until(
                    "it is gone",
                    PROMISED,
                    () -> Place.processes(shed).stream().noneMatch(line -> line.endsWith("sleep 1001")));
        }
    }

    /// A command in a shed that has begun, over a client of its own.
    private static final class Command implements AutoCloseable {
        private final Process client;
        private final FutureTask<byte[]> err;

        Command(Place place, String shed) throws IOException {
            this(place, shed, "echo up; exec cat");
        }

        /// @param line says something first
        Command(Place place, String shed, String line) throws IOException {
            client = place.client(shed + "@gw", line).start();
            err = Run.read(client.getErrorStream());
            assertThat(client.getInputStream().read()).isNotNegative();
        }

        String err() throws Exception {
            return new String(err.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS), UTF_8);
        }

        int status() throws Exception {
            assertThat(client.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            return client.exitValue();
        }

        void kill() {
            client.destroyForcibly();
        }

        @Override
        public void close() {
            kill();
        }
    }

    /// A shed with a counter in its session, and what ran in it before anybody came to look.
    private static final class Counter implements AutoCloseable {
        private final Place place;
        private final String shed;
        private final List<String> before;

        /// Itself and the workers that it keeps ready.
        private static final String IDLE_PORTER = "porters: 5";

        Counter(Place place) throws Exception {
            this.place = place;
            shed = place.newShed();
            Place.inside(shed, "tmux", "-u", "new-session", "-d", "-s", "default", "bash -c '" + COUNTER + "'")
                    .orFail();
            // The first process brings the porter, which stays.
            place.ssh(shed + "@gw", "true").orFail();
            before = Await.get("the porter is idle", PROMISED, this::lasting, now -> now.contains(IDLE_PORTER));
        }

        boolean isItsShell(ChannelEnded event) {
            return event.subject().shed().equals(shed) && event.subject().kind().equals("shell");
        }

        Terminal attach() throws Exception {
            var terminal = Terminal.ssh(place, shed + "@gw");
            terminal.await("count-");
            assertThat(place.ssh("-s", shed + "@gw", "sessions").orFail()).contains(" attached ");
            return terminal;
        }

        /// Nobody is attached, nothing is left of who was, and the counter counts on under a second login's eyes.
        void isLeftAlone(Duration limit) throws Exception {
            Await.until(
                    "sessions says detached",
                    limit,
                    () -> place.ssh("-s", shed + "@gw", "sessions").out().contains(" detached "));
            Await.get("nothing new runs", PROMISED, this::lasting, before::equals);
            try (var second = Terminal.ssh(place, shed + "@gw")) {
                int count = last(second.await("count-"));
                Await.until("the counter counts on", () -> last(second.screen()) > count);
                second.detach();
                assertThat(second.status()).isZero();
            }
            Await.get("nothing new runs", PROMISED, this::lasting, before::equals);
        }

        /// The counter's own short-lived `sleep` aside. The porter and its idle workers come and go, and are as many
        /// as they should be: a worker too many would be one that still has a task.
        private List<String> lasting() throws IOException {
            var lines = new ArrayList<>(Place.processes(shed));
            lines.removeIf(line -> line.endsWith(" sleep 0.5") || line.endsWith(" bash -c " + COUNTER + " "));
            var porters = lines.stream()
                    .filter(line -> line.contains(" /run/shed/porter "))
                    .toList();
            lines.removeAll(porters);
            lines.add("porters: " + porters.size());
            return lines;
        }

        private static int last(String screen) {
            var digits = screen.substring(screen.lastIndexOf("count-") + "count-".length());
            return Integer.parseInt(digits.replaceFirst("(?s)\\D.*", ""));
        }

        @Override
        public void close() {
            // The place removes the shed.
        }
    }
}
