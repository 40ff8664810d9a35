package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.name.SessionName;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TmuxTest {
    private static final SessionName DEBUG = SessionName.parse("debug");
    private static final WindowSize SIZE = new WindowSize(40, 100);
    private static final Tmux.Client CLIENT = new Tmux.Client(SIZE, false);

    @Test
    void targetsAreExact() {
        assertThat(Tmux.kill(DEBUG)).containsExactly("tmux", "kill-session", "-t", "=debug");
        assertThat(Tmux.has(DEBUG)).contains("=debug");
        assertThat(Tmux.attach(CLIENT, DEBUG)).contains("=debug");
    }

    @Test
    void watchingIsReadOnlyAndExact() {
        assertThat(Tmux.watch(CLIENT, DEBUG)).contains("-r", "=debug").doesNotContain("-A");
    }

    @Test
    void onlyAClientThatShowsTrueColorGetsIt() {
        assertThat(Tmux.attach(new Tmux.Client(SIZE, true), DEBUG)).containsSubsequence("-u", "-T", "RGB");
        assertThat(Tmux.attach(CLIENT, DEBUG)).doesNotContain("-T");
    }

    @Test
    void attachingCreatesAndCreatingDoesNotAttach() {
        assertThat(Tmux.attachOrCreate(CLIENT, DEBUG, "/workspace"))
                .contains("-A")
                .doesNotContain("-d");
        assertThat(Tmux.create(SIZE, DEBUG, "/workspace"))
                .contains("-d")
                .doesNotContain("-A")
                .containsSubsequence("-x", "100", "-y", "40");
    }

    /// Names that tmux 3.3 itself printed for sessions made by hand.
    @ParameterizedTest
    @ValueSource(
            strings = {"debug", "a b", " lead and trail ", "é😀_a_b", "x\\ny\\302\\205z", "vm%H", "", "1 2 3", "-t"})
    void aNameIsTheRestOfItsLine(String name) {
        assertThat(Tmux.parseSessions("1769335200 0 2 " + name + "\n"))
                .containsExactly(new TmuxSession(name, Instant.parse("2026-01-25T10:00:00Z"), 0, 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "1 2 3",
                "a 0 1 name",
                "1 b 1 name",
                "99999999999999999 0 1 name",
                "1 99999999999 1 name",
                "\n"
            })
    void whatIsNoListingIsRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> Tmux.parseSessions(line));
    }

    @Test
    void nothingIsAnEmptyListing() {
        assertThat(Tmux.parseSessions("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no server running on /tmp/tmux-1000/default",
                "error connecting to /tmp/tmux-1000/default (No such file or directory)",
                "server exited unexpectedly"
            })
    void withoutAServerThereAreNoSessions(String stderr) {
        assertThat(Tmux.saysNoServer(stderr)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "error connecting to /tmp/tmux-1000/default (Permission denied)", "unknown option -- F"})
    void otherTroubleIsNotTheLackOfAServer(String stderr) {
        assertThat(Tmux.saysNoServer(stderr)).isFalse();
    }

    @Property
    void whatIsListedIsRead(@ForAll @From("listings") List<TmuxSession> sessions) {
        var output = sessions.stream()
                .map(s -> s.created().getEpochSecond() + " " + s.attachedClients() + " " + s.windows() + " " + s.name())
                .collect(Collectors.joining("\n"));
        assertThat(Tmux.parseSessions(output)).isEqualTo(sessions);
    }

    /// Any name that tmux can print: it escapes control characters itself.
    @Provide
    Arbitrary<List<TmuxSession>> listings() {
        var names = Arbitraries.strings().excludeChars('\n', '\r').ofMaxLength(20);
        var times = Arbitraries.longs().between(0, 4_000_000_000L).map(Instant::ofEpochSecond);
        var counts = Arbitraries.integers().between(0, 1000);
        return Combinators.combine(names, times, counts, counts)
                .as(TmuxSession::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    @Property
    void anyTextIsAListingOrRefused(@ForAll String text) {
        try {
            assertThat(Tmux.parseSessions(text)).hasSameSizeAs(text.lines().toList());
        } catch (IllegalArgumentException e) {
            assertThat(text).isNotEmpty();
        }
    }
}
