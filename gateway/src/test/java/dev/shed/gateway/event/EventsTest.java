package dev.shed.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.agent.Status;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The parts together, over a fake engine in whose containers tmux says what the test wants.
class EventsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final FakeRuntime runtime = new FakeRuntime().programs(this::program);
    private final BlockingQueue<Watcher> watchers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> removals = new LinkedBlockingQueue<>();

    /// Those of removals that do not end by themselves.
    private final BlockingQueue<FakeProcess> endless = new LinkedBlockingQueue<>();

    private volatile boolean removalsEnd = true;
    private final Events events =
            new Events(runtime, runtime, Clock.systemUTC(), "test", Duration.ZERO, Duration.ofMillis(50));

    @AfterEach
    void close() {
        events.close();
    }

    /// A client in a container that watches. It prints what it is told to; null ends it.
    private record Watcher(String shed, FakeProcess process, BlockingQueue<String> lines) {
        void says(String... said) {
            for (var line : said) {
                lines.add(line + "\n");
            }
        }
    }

    private Optional<ContainerProcess> program(ExecSpec spec) {
        if (!(spec.program() instanceof Program.Argv argv && argv.words().contains("source-file"))) {
            return Optional.empty();
        }
        var lines = new LinkedBlockingQueue<String>();
        var process = new FakeProcess((own, streams) -> {
            var script = new String(streams.in().readAllBytes(), StandardCharsets.UTF_8);
            if (script.contains("set-hook -gu")) {
                removals.add(spec.container().shed().value());
                if (!removalsEnd) {
                    endless.add(own);
                    own.awaitClosed();
                }
                return ExitStatus.SUCCESS;
            }
            watchers.add(new Watcher(spec.container().shed().value(), own, lines));
            for (var line = lines.take(); !line.startsWith("END"); line = lines.take()) {
                streams.print(line);
            }
            return ExitStatus.of(1);
        });
        return Optional.of(process);
    }

    private Watcher watcher(String... snapshot) throws InterruptedException {
        var watcher = watchers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(watcher).as("a watcher").isNotNull();
        watcher.says(snapshot);
        return watcher;
    }

    private static String next(Events.Stream stream) throws InterruptedException {
        return switch (stream.next(PATIENCE)) {
            case ReadResult.Found(Event event) ->
                event.shed() + " " + event.what().kind().word() + " "
                        + Optional.ofNullable(event.what().session()).orElse("-");
            case ReadResult.Nothing _ -> "nothing";
            case ReadResult.Behind _ -> "behind";
        };
    }

    /// Opens a stream while a watcher of each running shed gets this snapshot.
    private Events.Stream open(Predicate<ShedName> sheds) throws InterruptedException {
        return events.open(sheds, OptionalLong.empty());
    }

    private long watchesStarted() {
        return runtime.started().stream()
                .filter(spec -> spec.program().toString().contains("source-file"))
                .count();
    }

    private static Predicate<ShedName> only(String name) {
        return shed -> shed.value().equals(name);
    }

    private Thread answering(String... snapshot) {
        return Thread.ofVirtual().start(() -> {
            try {
                watchers.put(watcher(snapshot));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Several seek at once, which must not keep each other awake.
    @Test
    void aSessionThatIsNotToldYetIsWaitedFor() throws Exception {
        runtime.with("demo");
        var answering = answering("p 1 1", "e");
        try (var stream = open(only("demo"))) {
            answering.join();
            var watcher = watcher();
            var first =
                    new java.util.concurrent.FutureTask<>(() -> stream.find(ShedName.parse("demo"), "work", PATIENCE));
            var second =
                    new java.util.concurrent.FutureTask<>(() -> stream.find(ShedName.parse("demo"), "work", PATIENCE));
            Thread.ofVirtual().start(first);
            Thread.ofVirtual().start(second);
            assertThat(stream.find(ShedName.parse("demo"), "other", Duration.ofMillis(50)))
                    .isEmpty();

            watcher.says("c $3 work");

            assertThat(first.get(10, TimeUnit.SECONDS)).isPresent();
            assertThat(second.get(10, TimeUnit.SECONDS)).isPresent();
        }
    }

    @Test
    void whatAnAgentDoesIsToldAndWhatWatchesItEndsWithTheListener() throws Exception {
        var snapshots = new LinkedBlockingQueue<String>();
        var agents = new FakeProcess((_, streams) -> {
            while (true) {
                streams.print(snapshots.take() + "end\n");
            }
        });
        runtime.with("demo")
                .programs(spec ->
                        spec.program().toString().contains("shed-agents") ? Optional.of(agents) : program(spec));
        var pane = "pane\t71\t-\t$3\twork\t%5\t0\t\t\tnode\t[ ! ] Action Required\n";
        var answering = answering("p 1 1", "s $3 work", "e", "w $3 1769335200* |");
        try (var stream = open(only("demo"))) {
            answering.join();
            snapshots.add("nonsense\n");
            var demo = ShedName.parse("demo");
            var view = stream.find(demo, "work", PATIENCE).orElseThrow();
            while (view.status().isEmpty()) {
                view = stream.await(demo, view, PATIENCE);
            }
            snapshots.add(pane);
            snapshots.add(pane + "process\t71\tnode\u001f/usr/local/bin/codex\t80\t7\n");

            assertThat(next(stream)).isEqualTo("demo session-status work");
        }
        agents.awaitClosed();
    }

    @Test
    void ofAListingWithoutEndTheBeginningIsKept() throws Exception {
        var listings = new LinkedBlockingQueue<String>();
        var agents = new FakeProcess((_, streams) -> {
            while (true) {
                streams.print(listings.take() + "end\n");
            }
        });
        runtime.with("demo")
                .programs(spec ->
                        spec.program().toString().contains("shed-agents") ? Optional.of(agents) : program(spec));
        var codex = "process\t71\tcodex\npane\t71\t-\t$3\twork\t%5\t0\t\t\tcodex\t";
        var answering = answering("p 1 1", "s $3 work", "e", "w $3 1769335200* |");
        try (var stream = open(only("demo"))) {
            answering.join();
            listings.add("");
            var demo = ShedName.parse("demo");
            var view = stream.find(demo, "work", PATIENCE).orElseThrow();
            while (view.status().isEmpty()) {
                view = stream.await(demo, view, PATIENCE);
            }
            listings.add(("x".repeat(60_000) + "\n").repeat(50) + codex + "[ ! ] Action Required\n");
            listings.add(codex + "⠋ at work\n");

            assertThat(stream.next(PATIENCE))
                    .isInstanceOfSatisfying(
                            ReadResult.Found.class,
                            found -> assertThat(found.event().what().status())
                                    .extracting(Status::state)
                                    .isEqualTo(Status.State.WORKING));
        }
    }

    /// What tmux 3.0 answers to the watch's script.
    @Test
    void aTmuxThatIsTooOldIsNotWaitedFor() throws Exception {
        runtime.with("demo")
                .programs(spec -> spec.program().toString().contains("source-file")
                        ? Optional.of(FakeProcess.printing("", "-:21: unknown flag -C\n", 1))
                        : Optional.empty());
        try (var stream = open(only("demo"))) {
            assertThat(stream.find(ShedName.parse("demo"), "work", PATIENCE)).isEmpty();
            assertThat(stream.isUnwatchable(ShedName.parse("demo"))).isTrue();
        }
    }

    @Test
    void nobodyLooksWithoutAListener() {
        runtime.with("demo");
        assertThat(runtime.started()).isEmpty();
    }

    @Test
    void aListenerIsToldOfItsShedAndNoOther() throws InterruptedException {
        runtime.with("demo").with("other");
        answering("p 1 1", "s $0 a", "e");
        try (var stream = open(only("demo"))) {
            var watcher = watcher();
            assertThat(watcher.shed()).isEqualTo("demo");
            runtime.happens("other", ContainerEvent.Kind.ENDED, 1);
            watcher.says("c $1 b", "x $0");

            assertThat(next(stream)).isEqualTo("demo session-created b");
            assertThat(next(stream)).isEqualTo("demo session-closed a");
            assertThat(watchesStarted()).isEqualTo(1);
        }
    }

    @Test
    void oneSourceServesAllListeners() throws InterruptedException {
        runtime.with("demo");
        answering("p 1 1", "e");
        try (var one = open(only("demo"));
                var other = open(_ -> true)) {
            watcher().says("c $1 b");

            assertThat(next(one)).isEqualTo("demo session-created b");
            assertThat(next(other)).isEqualTo("demo session-created b");
            assertThat(watchesStarted()).isEqualTo(1);
        }
    }

    @Test
    void aSourceThatBreaksIsReplacedAndTellsWhatItMissed() throws InterruptedException {
        runtime.with("demo");
        answering("p 1 1", "s $0 a", "e");
        try (var stream = open(_ -> true)) {
            watcher().says("END");
            watcher("p 1 1", "s $0 a", "s $1 b", "e");
            assertThat(next(stream)).isEqualTo("demo session-created b");
        }
    }

    @Test
    void whatMayBeMissingIsLookedForAnew() throws InterruptedException {
        runtime.with("demo");
        answering("p 1 1", "s $0 a", "e");
        try (var stream = open(_ -> true)) {
            var first = watcher();
            first.says("l", "END");
            watcher("p 1 1", "e");
            assertThat(next(stream)).isEqualTo("demo session-closed a");
        }
    }

    @Test
    void aShedsEndEndsItsSessionsAndItsStartIsNoticed() throws InterruptedException {
        runtime.with("demo");
        answering("p 1 1", "s $0 a", "e");
        try (var stream = open(_ -> true)) {
            var first = watcher();
            runtime.happens("demo", ContainerEvent.Kind.ENDED, 3);
            assertThat(next(stream)).isEqualTo("demo session-closed a");
            assertThat(next(stream)).isEqualTo("demo shed-died -");
            first.process().awaitClosed();

            runtime.happens("demo", ContainerEvent.Kind.STARTED, 0);
            assertThat(next(stream)).isEqualTo("demo shed-started -");
            watcher("p 7 7", "s $0 a", "e");
            assertThat(next(stream)).isEqualTo("demo session-created a");
        }
    }

    @Test
    void aShedThatIsMadeLaterIsFollowed() throws InterruptedException {
        try (var stream = open(_ -> true)) {
            runtime.with("late", State.RUNNING);
            runtime.happens("late", ContainerEvent.Kind.CREATED, 0);
            runtime.happens("late", ContainerEvent.Kind.STARTED, 0);
            watcher("p 1 1", "s $0 a", "e");

            assertThat(next(stream)).isEqualTo("late shed-created -");
            assertThat(next(stream)).isEqualTo("late shed-started -");
            assertThat(next(stream)).isEqualTo("late session-created a");
        }
    }

    @Test
    void aShedThatThisGatewayMakesIsCreatedWhenItIsFinished() throws InterruptedException {
        var late = ShedName.parse("late");
        try (var stream = open(_ -> true)) {
            events.begins(late);
            runtime.with("late", State.RUNNING);
            runtime.happens("late", ContainerEvent.Kind.CREATED, 0);
            runtime.happens("late", ContainerEvent.Kind.STARTED, 0);
            assertThat(next(stream)).isEqualTo("late shed-creating -");
            assertThat(next(stream)).isEqualTo("late shed-started -");
            events.ends(late, true);
            assertThat(next(stream)).isEqualTo("late shed-created -");

            events.begins(late);
            events.ends(late, false);
            runtime.happens("late", ContainerEvent.Kind.REMOVED, 0);
            assertThat(next(stream)).isEqualTo("late shed-deleted -");
        }
    }

    @Test
    void theServerIsLeftAsItWasFound() throws InterruptedException {
        runtime.with("demo");
        answering("p 1 1", "e");
        var stream = open(_ -> true);
        var watcher = watcher();
        stream.close();

        watcher.process().awaitClosed();
        assertThat(removals.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("demo");
    }

    /// A false tmux: each listener that left would leave a process and its reader behind.
    @Test
    void aRemovalThatDoesNotEndIsEnded() throws InterruptedException {
        removalsEnd = false;
        runtime.with("demo");
        for (int i = 0; i < 3; i++) {
            answering("p 1 1", "e");
            open(_ -> true).close();
            var removal = endless.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(removal).as("the removal").isNotNull();
            removal.awaitClosed();
            runtime.awaitUnwatched();
        }
    }

    @Test
    void anEndlessTmuxDrownsNoOtherShed() throws InterruptedException {
        runtime.with("demo");
        answering("p 1 1", "e");
        try (var stream = open(_ -> true)) {
            var demo = watcher();
            demo.says("c $1 mine");
            long before = stream.position();
            assertThat(next(stream)).isEqualTo("demo session-created mine");

            runtime.with("evil");
            runtime.happens("evil", ContainerEvent.Kind.STARTED, 0);
            var evil = watcher("p 1 1", "e");
            for (int i = 0; i < EventLog.CAPACITY; i++) {
                evil.says("c $" + i + " x", "x $" + i);
            }
            evil.says("c $" + EventLog.CAPACITY + " last");
            assertThat(stream.find(ShedName.parse("evil"), "last", PATIENCE)).isPresent();

            try (var again = events.open(only("demo"), OptionalLong.of(before))) {
                assertThat(again.missed()).isFalse();
                assertThat(next(again)).isEqualTo("demo session-created mine");
            }
        }
    }

    @Test
    void whatHappenedWhileNobodyLookedIsSaidToBeUnknown() throws InterruptedException {
        long position;
        try (var stream = open(_ -> true)) {
            runtime.with("demo");
            runtime.happens("demo", ContainerEvent.Kind.CREATED, 0);
            next(stream);
            position = stream.position();
        }
        runtime.awaitUnwatched();
        try (var stream = events.open(_ -> true, OptionalLong.of(position - 1))) {
            assertThat(stream.missed()).isTrue();
        }
    }
}
