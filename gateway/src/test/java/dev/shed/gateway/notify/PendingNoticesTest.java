package dev.shed.gateway.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.MutableClock;
import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.event.EventDetails;
import dev.shed.gateway.event.EventDetails.Kind;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// When what is told. Nothing here waits: the clock is moved.
class PendingNoticesTest {
    private static final ShedName DEMO = ShedName.parse("demo");

    private final Map<ShedName, String> owners = new HashMap<>();
    private final MutableClock clock = new MutableClock(Instant.parse("2027-01-01T00:00:00Z"));
    private final RecentInput input =
            new RecentInput(clock, Duration.ofSeconds(15), shed -> Optional.ofNullable(owners.get(shed)));
    private final PendingNotices pending = new PendingNotices(
            DEMO,
            new PendingNotices.Rules(
                    EnumSet.of(State.NEEDS_APPROVAL, State.NEEDS_INPUT, State.FAILED, State.DONE),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    input));

    private void event(Kind kind, String session) {
        take(new EventDetails(kind, session, null, null, null, null, null));
    }

    private void take(EventDetails what) {
        pending.take(what, clock.instant());
    }

    private void status(String session, State state, String message) {
        var status =
                new Status(state, Optional.of(message), Optional.empty(), Optional.of(Agent.CLAUDE_CODE), Source.HOOK);
        take(new EventDetails(Kind.SESSION_STATUS, session, null, null, null, null, status));
    }

    private void asks(String session) {
        status(session, State.NEEDS_APPROVAL, "Bash: make");
    }

    private List<String> afterSeconds(int seconds) {
        clock.advance(Duration.ofSeconds(seconds));
        return pending.due(clock.instant()).stream().map(Notification::title).toList();
    }

    private void typed(String shed, String session, String key) {
        input.typed(ShedName.parse(shed), session, key);
    }

    @Test
    void aStatusIsToldOnceWhenItHasLasted() {
        asks("work");
        assertThat(afterSeconds(4)).isEmpty();
        assertThat(pending.next()).contains(clock.instant().plusSeconds(1));
        assertThat(afterSeconds(1)).containsExactly("demo+work needs approval");
        assertThat(afterSeconds(100)).isEmpty();
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void whatEndsBeforeIsNotTold() {
        asks("work");
        status("work", State.WORKING, "");
        asks("closed");
        event(Kind.SESSION_CLOSED, "closed");
        assertThat(afterSeconds(100)).isEmpty();
        asks("work");
        take(new EventDetails(Kind.SHED_DIED, null, null, null, null, null, null));
        assertThat(afterSeconds(100)).isEmpty();
    }

    @Test
    void onlyTheConfiguredStatusesAreTold() {
        status("work", State.IDLE, "");
        status("other", State.UNKNOWN, "");
        status("done", State.DONE, "tests passed");
        status("failed", State.FAILED, "status 1");
        status("asked", State.NEEDS_INPUT, "which?");
        assertThat(afterSeconds(5))
                .containsExactly("demo+done is done", "demo+failed failed", "demo+asked needs input");
    }

    @Test
    void whatIsAskedDuringTheCooldownIsToldAfterwards() {
        asks("work");
        assertThat(afterSeconds(5)).hasSize(1);
        status("work", State.WORKING, "");
        asks("work");
        assertThat(afterSeconds(59)).isEmpty();
        asks("other");
        assertThat(afterSeconds(1)).containsExactly("demo+work needs approval");
        assertThat(afterSeconds(4)).containsExactly("demo+other needs approval");
    }

    @Test
    void thatSomebodyIsAttachedChangesNothing() {
        event(Kind.SESSION_ATTACHED, "work");
        asks("work");
        event(Kind.SESSION_ATTACHED, "work");
        assertThat(afterSeconds(5)).containsExactly("demo+work needs approval");
    }

    @Test
    void itIsToldOnlyWhenNobodyTypesThere() {
        asks("work");
        asks("other");
        clock.advance(Duration.ofSeconds(3));
        typed("demo", "work", "SHA256:a");
        typed("else", "other", "SHA256:a");
        assertThat(afterSeconds(2)).containsExactly("demo+other needs approval");
        assertThat(afterSeconds(12)).isEmpty();
        assertThat(afterSeconds(1)).containsExactly("demo+work needs approval");
    }

    /// Whoever owns the shed may look elsewhere, whatever a colleague or an administrator does there.
    @Test
    void whatOthersThanTheOwnerTypeHoldsNothingBack() {
        owners.put(DEMO, "SHA256:desk,SHA256:phone");
        asks("work");
        asks("other");
        clock.advance(Duration.ofSeconds(3));
        typed("demo", "work", "SHA256:colleague");
        typed("demo", "work", "SHA256:desk,SHA256:phone");
        typed("demo", "other", "SHA256:phone");
        typed("demo", "other", "SHA256:colleague");
        assertThat(afterSeconds(2)).containsExactly("demo+work needs approval");
        assertThat(afterSeconds(13)).containsExactly("demo+other needs approval");
    }

    @Test
    void aRenamedSessionIsToldByItsNewName() {
        asks("work");
        take(new EventDetails(Kind.SESSION_RENAMED, "play", "work", null, null, null, null));
        assertThat(afterSeconds(5)).containsExactly("demo+play needs approval");
    }

    /// A program in a shed can make as many sessions as it likes.
    @Test
    void aShedThatAsksWithoutEndIsToldOfOnlySoOften() {
        for (int i = 0; i < 2 * PendingNotices.MAX_SESSIONS; i++) {
            asks("s" + i);
        }
        int told = 0;
        for (int second = 0; second < 3600; second++) {
            int now = afterSeconds(1).size();
            told += now;
            assertThat(now).isLessThanOrEqualTo(PendingNotices.MAX_PER_MINUTE);
        }
        assertThat(told).isEqualTo(PendingNotices.MAX_SESSIONS);
    }

    @Test
    void namesAndTextsAreBoundedAndPrintable() {
        var status = new Status(
                State.NEEDS_INPUT,
                Optional.of("a\u001b[2J\nb".repeat(200)),
                Optional.empty(),
                Optional.of(Agent.CLAUDE_CODE),
                Source.HOOK);
        var notification = new Notification(DEMO, "\u001b]0;x\u0007\r\n" + "n".repeat(1000), status);
        assertThat(notification.title() + notification.text()).matches("[ -~]+").hasSizeLessThan(1500);
        assertThat(notification.isAddressable()).isFalse();
    }
}
