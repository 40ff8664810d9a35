package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.command.ConditionWaiter.Outcome;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.event.Events;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How `wait` waits, in a shed whose answers the test gives.
class ConditionWaiterTest {
    private static final ShedName DEMO = ShedName.parse("demo");
    private final FakeRuntime runtime = new FakeRuntime().with("demo").programs(this::program);
    private final Events events = new Events(runtime, runtime, Clock.systemUTC(), "test");
    private Iterator<Supplier<ContainerProcess>> looks =
            List.<Supplier<ContainerProcess>>of().iterator();

    @AfterEach
    void close() {
        events.close();
    }

    private Optional<ContainerProcess> program(ExecSpec spec) {
        var words = spec.program() instanceof Program.Argv argv ? argv.words() : List.<String>of();
        if (words.contains("source-file")) {
            return Optional.of(new FakeProcess((own, streams) -> {
                var script = new String(streams.in().readAllBytes(), StandardCharsets.UTF_8);
                if (!script.contains("set-hook -gu")) {
                    streams.print("p 1 1\ns $3 work\ne\n");
                    own.awaitClosed();
                }
                return ExitStatus.SUCCESS;
            }));
        }
        return words.contains("capture-pane") ? Optional.of(looks.next().get()) : Optional.empty();
    }

    private static ContainerProcess ready() {
        return FakeProcess.printing("w $3 1769335200* |\nready\n", "", 0);
    }

    /// As a look that takes longer than ten seconds.
    private static ContainerProcess tooSlow() {
        throw new ShedException(Failure.shedNotReady("demo", "it did not answer within 10 s"), new TimeoutException());
    }

    private Outcome await(Duration limit) throws InterruptedException {
        var shed = new Shed(runtime.list().getFirst(), false);
        var sessions = new Sessions(runtime, new Workspace("/workspace"), Sessions.Relays.NONE);
        var clock = Clock.systemUTC();
        try (var stream = events.open(DEMO::equals, OptionalLong.empty())) {
            var view = stream.find(DEMO, "work", Duration.ofSeconds(10)).orElseThrow();
            var waiter = new ConditionWaiter(
                    shed, stream, sessions, clock, clock.instant().plus(limit));
            return waiter.await(new Condition.Match(ScreenPattern.parse("ready", "wait", "")), view);
        }
    }

    @Test
    void aLookThatIsNotAnsweredInTimeIsTakenAgain() throws Exception {
        looks = List.<Supplier<ContainerProcess>>of(ConditionWaiterTest::tooSlow, ConditionWaiterTest::ready)
                .iterator();
        assertThat(await(Duration.ofSeconds(20))).isInstanceOf(Outcome.Holds.class);
    }

    @Test
    void aShedThatNeverAnswersTakesNoLongerThanTheTimeout() throws Exception {
        looks = java.util.stream.Stream.<Supplier<ContainerProcess>>generate(() -> ConditionWaiterTest::tooSlow)
                .iterator();
        assertThat(await(Duration.ofMillis(100))).isEqualTo(new Outcome.TimeOut());
    }

    /// A failure that stays is none that waiting cures.
    @Test
    void whatTmuxRefusesEndsTheWait() {
        looks = List.<Supplier<ContainerProcess>>of(() -> FakeProcess.printing("", "broken\n", 1))
                .iterator();
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> await(Duration.ofSeconds(20)))
                .withMessageContaining("tmux says: broken");
    }

    @Test
    void aShedThatStopsEndsTheWait() {
        looks = List.<Supplier<ContainerProcess>>of(() -> {
                    throw new ShedException(Failure.shedStopped("demo"));
                })
                .iterator();
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> await(Duration.ofSeconds(20)))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("SHED_STOPPED"));
    }
}
