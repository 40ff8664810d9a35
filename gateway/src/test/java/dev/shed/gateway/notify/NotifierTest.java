package dev.shed.gateway.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.event.Events;
import dev.shed.gateway.event.ReadResult;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// From an agent that asks, in a fake container, to whoever is told.
class NotifierTest {
    private static final String PANE = "pane\t71\t-\t$3\twork\t%5\t0\t\t\tnode\t[ ! ] Action Required\n";
    private static final String CODEX = PANE + "process\t71\tnode\u001f/usr/local/bin/codex\t80\t7\nend\n";

    private final CountDownLatch over = new CountDownLatch(1);
    private final LinkedBlockingQueue<String> panes = new LinkedBlockingQueue<>();
    private final FakeRuntime runtime = new FakeRuntime().programs(this::program);
    private final Events events = new Events(runtime, runtime, Clock.systemUTC(), "test");
    private final LinkedBlockingQueue<Notification> told = new LinkedBlockingQueue<>();
    private Clock clock = Clock.systemUTC();

    @AfterEach
    void close() {
        over.countDown();
        panes.add("");
        events.close();
    }

    private Optional<ContainerProcess> program(ExecSpec spec) {
        if (spec.program().toString().contains("shed-agents")) {
            return Optional.of(new FakeProcess((_, streams) -> {
                while (over.getCount() > 0) {
                    streams.print(panes.take());
                }
                return ExitStatus.SUCCESS;
            }));
        }
        if (spec.program().toString().contains("source-file")) {
            return Optional.of(new FakeProcess((_, streams) -> {
                streams.print("p 1 1\ns $3 work\ne\nw $3 1769335200* |\n");
                over.await();
                return ExitStatus.SUCCESS;
            }));
        }
        return Optional.empty();
    }

    private Notifier notifier(List<String> sheds, Delivery... deliveries) {
        var settings = new Notifier.Settings(
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                sheds,
                EnumSet.of(State.NEEDS_APPROVAL),
                Duration.ZERO,
                Duration.ZERO);
        var input = new RecentInput(Clock.systemUTC(), Duration.ZERO, _ -> Optional.empty());
        var notifier = new Notifier(settings, new Notifier.Parts(events, input, clock), List.of(deliveries));
        notifier.start();
        return notifier;
    }

    /// The agent begins to ask when the session is known: what was there before is not told. The notifier
    /// listens by then, since the watch was started for it.
    private void ask() throws Exception {
        var demo = ShedName.parse("demo");
        awaitWatch();
        panes.add(PANE + "end\n");
        try (var stream = events.open(demo::equals, OptionalLong.empty())) {
            var view = stream.find(demo, "work", Await.PATIENCE).orElseThrow();
            for (int i = 0; view.status().isEmpty() && i < 100; i++) {
                view = stream.await(demo, view, Await.PATIENCE);
            }
            panes.add(CODEX);
        }
    }

    private void awaitWatch() throws Exception {
        Await.until(
                "a watch",
                () -> runtime.started().stream()
                        .anyMatch(spec -> spec.program().toString().contains("source-file")));
    }

    private static Delivery named(String name, Told told) {
        return new Delivery() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void deliver(Notification notification) throws IOException, InterruptedException {
                told.deliver(notification);
            }
        };
    }

    private interface Told {
        void deliver(Notification notification) throws IOException, InterruptedException;
    }

    @Test
    void whatAnAgentAsksIsToldAlthoughAnotherDeliveryHangs() throws Exception {
        runtime.with("demo");
        var hanging = named("hanging", _ -> over.await());
        try (var _ = notifier(List.of("*"), hanging, named("works", told::add))) {
            ask();
            var notification = told.poll(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(notification).isNotNull();
            assertThat(notification.title()).isEqualTo("demo+work needs approval");
            assertThat(notification.text()).startsWith("codex: ");
        }
    }

    /// As after a restart of the gateway.
    @Test
    void whatIsAskedAlreadyIsToldOnceAndIsNoEventForOthers() throws Exception {
        runtime.with("demo");
        try (var _ = notifier(List.of("*"), named("works", told::add));
                var others = openToo()) {
            panes.add(CODEX);
            assertThat(told.poll(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
            panes.add(CODEX);
            panes.add(CODEX.replace("Action Required", "Ready"));
            panes.add(CODEX);
            assertThat(told.poll(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
            assertThat(List.of(status(others), status(others))).containsExactly("unknown", "needs-approval");
        }
        assertThat(told).isEmpty();
    }

    /// Another stream, when the notifier has its own: the watch was started for it.
    private Events.Stream openToo() throws Exception {
        awaitWatch();
        return events.open(_ -> true, OptionalLong.empty());
    }

    private static String status(Events.Stream stream) throws InterruptedException {
        return switch (stream.next(Await.PATIENCE)) {
            case ReadResult.Found(var event) ->
                Objects.requireNonNull(event.what().status()).state().word();
            case ReadResult other -> other.toString();
        };
    }

    /// The others are not even watched.
    @Test
    void ofOtherShedsNothingIsTold() throws Exception {
        runtime.with("demo").with("other");
        try (var _ = notifier(List.of("dem?"), named("works", told::add))) {
            ask();
            assertThat(told.poll(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(runtime.started())
                .isNotEmpty()
                .allMatch(spec -> spec.container().shed().value().equals("demo"));
    }

    /// The clock is what the notifier itself calls while it takes an event.
    @Test
    void aDefectEndsNeitherTheNotificationsNorADelivery() throws Exception {
        runtime.with("demo");
        var delivered = new AtomicInteger();
        var breaks = named("breaks", notification -> {
            if (delivered.getAndIncrement() == 0) {
                throw new IllegalStateException("a defect of the delivery");
            }
            told.add(notification);
        });
        clock = new BrokenOnce();
        try (var _ = notifier(List.of("*"), breaks)) {
            ask();
            // What each defect met is lost; what is asked later is not.
            Await.until("a notification", () -> {
                panes.add(CODEX.replace("Action Required", "Ready"));
                panes.add(CODEX);
                return !told.isEmpty();
            });
        }
    }

    /// Fails once, and counts as the usual clock then.
    private static final class BrokenOnce extends Clock {
        private final AtomicBoolean broken = new AtomicBoolean();

        @Override
        public Instant instant() {
            if (broken.compareAndSet(false, true)) {
                throw new IllegalStateException("a defect of the notifier");
            }
            return Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aFailureIsLoggedOncePerCauseUntilItWorksAgain() throws Exception {
        var causes = new LinkedBlockingQueue<>(List.of("one", "one", "two", ""));
        var queue = new DeliveryQueue(named("fails", notification -> {
            var cause = causes.remove();
            told.add(notification);
            if (!cause.isEmpty()) {
                throw new IOException(cause);
            }
        }));
        try (queue) {
            for (var expected : List.of(Set.of("one"), Set.of("one"), Set.of("one", "two"), Set.<String>of())) {
                queue.add(CommandDeliveryTest.notification("x"));
                assertThat(told.poll(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isNotNull();
                Await.until("the causes", () -> queue.causes().equals(expected));
            }
        }
    }
}
