package dev.shed.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.shed.gateway.agent.AgentPanes;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.event.EventDetails.Kind;
import dev.shed.gateway.tmux.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionStateTest {
    private static final long START = 1_769_335_200;

    private final SessionState book = new SessionState();
    private Instant now = Instant.ofEpochSecond(START);

    /// What is told of these lines: kind, session and what else there is.
    private List<String> tell(String... lines) {
        var told = new ArrayList<String>();
        for (var line : lines) {
            book.take(Notice.parse(line).orElseThrow(), now).forEach(what -> told.add(text(what)));
        }
        return told;
    }

    private static String text(EventDetails what) {
        return Stream.of(what.kind().word(), what.session(), what.formerName(), what.client())
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" "));
    }

    private void pass(int seconds) {
        now = now.plusSeconds(seconds);
    }

    @Test
    void whatIsThereAtFirstIsNoNews() {
        assertThat(tell("p 1 1", "s $0 a", "k $0 /dev/pts/0", "e", "w $0 %d* |".formatted(START)))
                .isEmpty();
    }

    @Test
    void whatAnEarlierLifeLeftIsNoNews() {
        assertThat(tell("p 1 1", "c $5 old", "x $5", "s $0 a", "e")).isEmpty();
    }

    @Test
    void sessionsComeAndGoOnce() {
        tell("p 1 1", "e");

        assertThat(tell("c $0 a", "c $0 a", "r $0 a", "r $0 b", "x $0", "x $0", "c $0 a"))
                .containsExactly("session-created a", "session-renamed b a", "session-closed b");
    }

    @Test
    void theSnapshotAndTheHooksOverlap() {
        tell("p 1 1", "s $0 a", "s $1 b", "e");

        // Hooks that were waiting when the snapshot was taken.
        assertThat(tell("c $1 b", "x $7")).isEmpty();
    }

    @Test
    void aWatchThatBeginsAnewFindsWhatItMissed() {
        tell("p 1 1", "s $0 a", "s $1 b", "s $2 c", "k $0 /dev/pts/0", "e");

        assertThat(tell("p 1 1", "c $3 quick", "x $3", "s $0 a", "s $2 c2", "s $4 d", "k $2 /dev/pts/1", "e"))
                .containsExactly(
                        "session-created quick",
                        "session-closed quick",
                        "session-closed b",
                        "session-renamed c2 c",
                        "session-created d",
                        "session-detached a /dev/pts/0",
                        "session-attached c2 /dev/pts/1");
    }

    /// A comparison looks at all sessions, and a container can ask for one with two bytes.
    @Test
    void aSnapshotIsComparedOnce() {
        tell("p 1 1", "s $0 a", "e");

        assertThat(tell("c $1 b", "e", "e")).containsExactly("session-created b");
    }

    @Test
    void aServerWithManyClientsEndsAtOnce() {
        tell("p 1 1", "e");
        for (int i = 0; i < 20_000; i++) {
            tell("c $%d s".formatted(i), "a $%1$d /dev/pts/%1$d".formatted(i));
        }

        assertThat(assertTimeout(Duration.ofSeconds(10), book::end)).hasSize(40_000);
    }

    @Test
    void anotherServerHasOtherSessions() {
        tell("p 1 1", "s $0 a", "k $0 /dev/pts/0", "e");

        assertThat(tell("p 2 9", "s $0 a", "e"))
                .containsExactly("session-detached a /dev/pts/0", "session-closed a", "session-created a");
    }

    @Test
    void clientsComeGoAndMove() {
        tell("p 1 1", "s $0 a", "s $1 b", "e");

        assertThat(tell("a $0 t", "a $0 t", "a $1 t", "d t", "d t", "a $9 t"))
                .containsExactly(
                        "session-attached a t", "session-detached a t", "session-attached b t", "session-detached b t");
    }

    @Test
    void whoLooksAtASessionThatEndsIsDetachedFirst() {
        tell("p 1 1", "s $0 a", "e", "a $0 t");

        assertThat(tell("x $0", "d t")).containsExactly("session-detached a t", "session-closed a");
    }

    @Test
    void bellsAreToldOnceASecond() {
        tell("p 1 1", "s $0 a", "e");

        assertThat(tell("b $0", "b $0", "b $9")).containsExactly("session-bell a");
        pass(2);
        assertThat(tell("b $0")).containsExactly("session-bell a");
    }

    @Test
    void silenceMakesASessionIdleAndOutputBusy() {
        tell("p 1 1", "s $0 a", "e", "w $0 %d* |".formatted(START));
        // Looks come every two seconds: what was just now may not be known yet.
        assertThat(book.deadline(now)).contains(now.plusMillis(12_500));

        pass(12);
        assertThat(book.pass(now)).isEmpty();
        pass(1);
        assertThat(book.pass(now)).extracting(SessionStateTest::text).containsExactly("session-idle a");
        assertThat(book.pass(now)).isEmpty();
        assertThat(tell("w $0 %d* |".formatted(START + 13))).containsExactly("session-busy a");
    }

    @Test
    void aTitleThatAsksIsABellAndARingingOneIsHeardOnce() {
        tell("p 1 1", "s $0 a", "s $1 b", "e", "w $0 %d* |".formatted(START), "w $1 %d* |".formatted(START));

        assertThat(tell("w $0 %d* |✋ Action Required".formatted(START))).containsExactly("session-bell a");
        assertThat(tell("b $1", "w $1 %d!* |".formatted(START))).containsExactly("session-bell b");
    }

    @Test
    void theEndOfAShedEndsItsSessions() {
        tell("p 1 1", "s $0 a", "s $1 b", "e");

        assertThat(book.end())
                .extracting(SessionStateTest::text)
                .containsExactly("session-closed a", "session-closed b");
        assertThat(book.end()).isEmpty();
        assertThat(tell("p 2 9", "s $0 a", "e")).containsExactly("session-created a");
        assertThat(book.deadline(now)).isEmpty();
    }

    @Test
    void thousandsAreNeitherLostNorDoubled() {
        tell("p 1 1", "e");
        var created = new ArrayList<String>();
        for (int i = 0; i < 5000; i++) {
            created.addAll(tell("c $%d s".formatted(i), "x $%d".formatted(i)));
        }
        assertThat(created).hasSize(10_000);
    }

    private final List<Kind> kinds = new ArrayList<>();

    /// What is told when Claude Code in session `$0` has such a record.
    private List<String> claude(String status, String waitingFor) {
        var record = "{\"procStart\":\"7\",\"status\":\"%s\",\"waitingFor\":\"%s\",\"statusUpdatedAt\":%d}"
                .formatted(status, waitingFor, now.toEpochMilli());
        var panes = AgentPanes.parse(List.of(
                "pane\t71\t-\t$0\ta\t%1\t0\t\t\tclaude\t✳", "process\t71\tclaude\t80\t7", "record\t71\t7\t" + record));
        var told = book.take(panes, now);
        told.forEach(what -> kinds.add(what.kind()));
        return statusText(told);
    }

    private static List<String> statusText(List<EventDetails> told) {
        return told.stream()
                .map(what -> what.status() == null ? text(what) : what.status().text())
                .toList();
    }

    @Test
    void whatAnAgentDoesIsToldOnceForEachChange() {
        tell("p 1 1", "s $0 a", "e", "w $0 %d* |".formatted(START));

        assertThat(claude("idle", "")).isEmpty();
        pass(1);
        assertThat(claude("busy", "")).containsExactly("working (record of claude-code)");
        pass(1);
        assertThat(claude("busy", "")).isEmpty();
        assertThat(claude("waiting", "permission prompt"))
                .containsExactly("needs-approval: permission prompt (record of claude-code)");
        assertThat(claude("waiting", "input needed"))
                .containsExactly("needs-input: input needed (record of claude-code)");
        assertThat(claude("idle", "")).containsExactly("done (record of claude-code)");
        // It ends, and the shell is back.
        assertThat(statusText(book.take(List.of(), now))).containsExactly("working");
    }

    @Test
    void whatIsAskedWhenTheWatchBeginsIsToldOnceAndIsNoChange() {
        tell("p 1 1", "s $0 a", "e", "w $0 %d* |".formatted(START));
        assertThat(claude("waiting", "permission prompt"))
                .containsExactly("needs-approval: permission prompt (record of claude-code)");
        assertThat(kinds).containsExactly(Kind.SESSION_ASKED);
        assertThat(claude("waiting", "permission prompt")).isEmpty();

        pass(1);
        claude("busy", "");
        claude("waiting", "permission prompt");
        assertThat(kinds).containsExactly(Kind.SESSION_ASKED, Kind.SESSION_STATUS, Kind.SESSION_STATUS);
    }

    /// A listing comes again only when it changes.
    @Test
    void aListingOfPanesMayComeBeforeTheFirstSnapshot() {
        assertThat(claude("waiting", "permission prompt")).isEmpty();
        tell("p 1 1", "s $0 a", "e", "w $0 %d* |".formatted(START));
        assertThat(book.view(0).status().orElseThrow().text())
                .isEqualTo("needs-approval: permission prompt (record of claude-code)");

        tell("p 2 2", "s $0 a", "e", "w $0 %d* |".formatted(START));
        assertThat(book.view(0).status().orElseThrow().text())
                .as("of another server")
                .isEqualTo("working");
    }

    @Test
    void anotherQuestionIsToldAlsoWhereTheStatusIsTheSame() {
        tell("p 1 1", "s $0 a", "e", "w $0 %d* |".formatted(START));
        claude("busy", "");
        pass(1);
        var told = "needs-approval: permission prompt (record of claude-code)";
        assertThat(claude("waiting", "permission prompt")).containsExactly(told);
        assertThat(claude("waiting", "permission prompt")).isEmpty();
        pass(1);
        assertThat(claude("waiting", "permission prompt")).containsExactly(told);
    }

    @Test
    void whatIsDoneIsIdleWhenSomebodyLooks() {
        tell("p 1 1", "s $0 a", "e", "w $0 @0/0/%1$d %1$d* |".formatted(START));
        claude("busy", "");
        pass(5);
        assertThat(claude("idle", "")).containsExactly("done (record of claude-code)");

        var looked = Notice.parse("w $0 @1/%1$d/%1$d %2$d* |".formatted(START + 6, START))
                .orElseThrow();
        assertThat(statusText(book.take(looked, now))).containsExactly("idle (record of claude-code)");
    }

    @Test
    void aStatusKnowsSinceWhen() {
        tell("p 1 1", "s $0 a", "e", "w $0 %d* |".formatted(START));
        claude("busy", "");
        pass(3);
        claude("waiting", "permission prompt");
        assertThat(book.view(0).status().flatMap(Status::since)).contains(now);

        // A title does not tell; it began when it was seen.
        var codex = List.of("pane\t71\t-\t$0\ta\t%1\t0\t\t\tnode\t⠋", "process\t71\tnode\u001fcodex\t80\t7");
        var seen = now;
        book.take(AgentPanes.parse(codex), now);
        pass(2);
        book.take(AgentPanes.parse(codex), now);
        assertThat(book.view(0).status().flatMap(Status::since)).contains(seen);
    }

    @Test
    void nothingIsSaidOfWhatASessionDoesBeforeItsPanesAreKnown() {
        tell("p 1 1", "s $0 a", "e", "w $0 %d* |".formatted(START));

        assertThat(book.view(0).status()).isEmpty();
        assertThat(book.take(List.of(), now)).isEmpty();
        assertThat(book.view(0).status().orElseThrow().text()).isEqualTo("working");
    }
}
