package dev.shed.gateway.shed.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.tmux.Tmux;
import dev.shed.gateway.tmux.TmuxSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final SessionName DEBUG = SessionName.parse("debug");
    private static final Instant THEN = Instant.parse("2026-01-25T10:00:00Z");

    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final Sessions sessions = new Sessions(runtime, new Workspace("/workspace"), Sessions.Relays.RUN);

    private Shed demo() {
        return new Shed(runtime.find(ShedName.parse("demo")).orElseThrow(), false);
    }

    private static void assertFails(String code, ThrowingCallable call) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo(code));
    }

    @Test
    void everySessionIsListedWhateverItsName() {
        runtime.tmux("demo").with("debug", THEN, 2, 1).with("made by hand 🙂", THEN, 0, 3);
        assertThat(sessions.list(demo()))
                .allMatch(session -> session.created().equals(THEN))
                .extracting(
                        TmuxSession::name,
                        session -> session.clients().size(),
                        session -> session.windows().size())
                .containsExactly(tuple("debug", 2, 1), tuple("made by hand 🙂", 0, 3));
    }

    @Test
    void noServerIsNoSessions() {
        assertThat(sessions.list(demo())).isEmpty();
    }

    @Test
    void aStoppedShedIsNotAsked() {
        runtime.with("demo", State.STOPPED);
        assertThat(sessions.list(demo())).isEmpty();
        assertFails("SESSION_NOT_FOUND", () -> sessions.kill(demo(), DEBUG));
        assertThat(runtime.started()).isEmpty();
    }

    /// What poses as tmux prints to the client that holds the sizes for as long as somebody looks.
    @Test
    void whoHoldsASizeIsReadAtAPace() throws Exception {
        var printed = new AtomicLong();
        var seen = new AtomicBoolean();
        runtime.in(
                "demo",
                _ -> new FakeProcess((_, streams) -> {
                    var block = "%output %1 x\n".repeat(5000).getBytes(UTF_8);
                    while (!seen.get()) {
                        streams.out().write(block);
                        printed.addAndGet(block.length);
                    }
                    return ExitStatus.SUCCESS;
                }));
        try (var _ = sessions.holdSize(demo(), Tmux.Target.of(DEBUG))) {
            Thread.sleep(Duration.ofSeconds(1)); // what is measured is what is read in that time
            assertThat(printed.get()).isBetween(1L, 1L << 20);
        } finally {
            seen.set(true);
        }
    }

    @Test
    void aPausedShedIsNotReady() {
        runtime.with("demo", State.PAUSED);
        assertFails("SHED_NOT_READY", () -> sessions.list(demo()));
        assertFails("SHED_NOT_READY", () -> sessions.kill(demo(), DEBUG));
    }

    @Test
    void anImageWithoutTmuxIsNamed() {
        runtime.in("demo", _ -> FakeProcess.printing("", "sh: tmux: not found\n", 127));
        assertFails("TMUX_MISSING", () -> sessions.list(demo()));
        assertFails("TMUX_MISSING", () -> sessions.kill(demo(), DEBUG));
    }

    @Test
    void tmuxsOwnTroubleIsToldInItsWords() {
        runtime.in("demo", _ -> FakeProcess.printing("", "error connecting to /x (Permission denied)\n", 1));
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> sessions.list(demo()))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("SHED_NOT_READY"))
                .satisfies(e -> assertThat(e.failure().message()).contains("Permission denied"));
    }

    @Test
    void whatOnlyCallsItselfTmuxIsNoDefectOfOurs() {
        runtime.in("demo", _ -> FakeProcess.printing("hello\n", "", 0));
        assertFails("SHED_NOT_READY", () -> sessions.list(demo()));
    }

    @Test
    void anEndlessAnswerIsCutOff() {
        runtime.in(
                "demo",
                _ -> new FakeProcess((_, streams) -> {
                    while (true) {
                        streams.print("x".repeat(8192));
                    }
                }));
        assertFails("SHED_NOT_READY", () -> sessions.list(demo()));
    }

    @Test
    void killEndsThatSessionAndNoOther() {
        runtime.tmux("demo").with("debug", THEN, 0, 1).with("debug2", THEN, 0, 1);
        sessions.kill(demo(), DEBUG);
        assertThat(runtime.tmux("demo").names()).containsExactly("debug2");
        assertFails("SESSION_NOT_FOUND", () -> sessions.kill(demo(), SessionName.parse("deb")));
    }

    @Test
    void creatingTwiceIsAConflict() {
        sessions.create(demo(), DEBUG, WindowSize.DEFAULT, Map.of());
        assertFails("SESSION_ALREADY_EXISTS", () -> sessions.create(demo(), DEBUG, WindowSize.DEFAULT, Map.of()));
    }

    /// tmux may have missed that its program has ended.
    @Test
    void tmuxLooksForEndedProgramsBeforeANameIsTaken() {
        runtime.tmux("demo").with("debug", THEN, 0, 1);
        var wanted = new NewSession(Optional.of(DEBUG), Optional.empty(), List.of("make"));
        assertFails("SESSION_ALREADY_EXISTS", () -> sessions.run(demo(), wanted));

        runtime.programs(spec -> {
            if (spec.program().toString().contains("shed-ended")) {
                runtime.tmux("demo").without("debug");
            }
            return Optional.empty();
        });
        assertThat(sessions.run(demo(), wanted).session()).isEqualTo(DEBUG);
    }

    @Test
    void aTmuxThatIsEndedHasNotSaidThatASessionIsMissing() {
        runtime.in("demo", _ -> FakeProcess.printing("", "", 137));
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> sessions.require(demo(), DEBUG))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("SHED_NOT_READY"))
                .satisfies(e -> assertThat(e.failure().message()).endsWith("tmux ended with status 137"));
    }
}
