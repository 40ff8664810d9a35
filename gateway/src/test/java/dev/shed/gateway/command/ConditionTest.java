package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.command.WaitingVerb.Until;
import dev.shed.gateway.event.SessionView;
import dev.shed.gateway.tmux.Activity.Signs;
import dev.shed.gateway.tmux.PaneSnapshot;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `wait` makes of the status of a session.
class ConditionTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final PaneSnapshot SILENT = new PaneSnapshot(Signs.parse("999000* ", ""), "");

    private static SessionView view(State state, boolean agent) {
        var status = new Status(
                state,
                Optional.empty(),
                Optional.of(NOW),
                agent ? Optional.of(Agent.CLAUDE_CODE) : Optional.empty(),
                agent ? Source.RECORD : Source.OUTPUT);
        return new SessionView(0, true, Optional.of(SILENT.signs()), Optional.of(status), Instant.MIN);
    }

    private static boolean holds(Condition condition, SessionView view) throws InterruptedException {
        return condition.evidence(SILENT, view, NOW).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "needs_me, NEEDS_APPROVAL, true",
        "needs_me, NEEDS_INPUT, true",
        "needs_me, WORKING, false",
        "needs_me, UNKNOWN, false",
        "needs_me, DONE, false",
        "done, DONE, true",
        "done, IDLE, true",
        "done, WORKING, false",
        "done, UNKNOWN, false",
        "done, NEEDS_APPROVAL, false",
        "failed, FAILED, true",
        "failed, DONE, false",
    })
    void aStatusHoldsOrDoesNot(Until until, State state, boolean holds) throws Exception {
        assertThat(holds(new Condition.InState(until, Instant.MIN), view(state, true)))
                .isEqualTo(holds);
    }

    /// The pane of such a program stays, and with it the session.
    @Test
    void aProgramThatHasFailedHasItsEnd() throws Exception {
        var failed = new Status(State.FAILED, Optional.of("exit 3"), Optional.empty(), Optional.empty(), Source.EXIT);
        var view = new SessionView(0, true, Optional.of(SILENT.signs()), Optional.of(failed), Instant.MIN);
        assertThat(new Condition.Exit().evidence(SILENT, view, NOW)).contains("its program has failed: exit 3");
        var idle = new Condition.Idle(Optional.empty(), Instant.MIN);
        assertThat(idle.evidence(SILENT, view, NOW)).contains("no output for 1000 s; its program has failed: exit 3");
        assertThat(holds(new Condition.Exit(), view(State.FAILED, true))).isFalse();
        assertThat(holds(new Condition.Exit(), view(State.IDLE, false))).isFalse();
    }

    @Test
    void onlyAnAgentIsDone() throws Exception {
        assertThat(holds(new Condition.InState(Until.done, Instant.MIN), view(State.IDLE, false)))
                .isFalse();
    }

    @Test
    void whatBeganBeforeTheTextDoesNotCount() throws Exception {
        var view = view(State.DONE, true);

        assertThat(holds(new Condition.InState(Until.done, NOW), view)).isTrue();
        assertThat(holds(new Condition.InState(Until.done, NOW.plusMillis(1)), view))
                .isFalse();
    }

    @Test
    void anAgentThatWorksInSilenceIsNotIdle() throws Exception {
        var idle = new Condition.Idle(Optional.empty(), Instant.MIN);

        assertThat(holds(idle, view(State.WORKING, true))).isFalse();
        assertThat(idle.due(view(State.WORKING, true), new ConditionWaiter.Looked(SILENT.signs(), NOW)))
                .isEmpty();
        assertThat(idle.wantsToSee(view(State.WORKING, true), view(State.DONE, true)))
                .isTrue();
        assertThat(holds(idle, view(State.DONE, true))).isTrue();
        assertThat(holds(idle, view(State.WORKING, false))).isTrue();
    }
}
