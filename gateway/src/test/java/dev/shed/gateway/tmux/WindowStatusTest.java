package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the options of windows are to be, from listings of panes.
class WindowStatusTest {
    /// The line of a pane: how many clients show its window, and the values of the window's options.
    private static String pane(int number, String window, int clients, String status, String since) {
        return "pane\t%1$d\t-\t$1\twork\t%%%1$d\t0\t\t\tsome\ttitle\t%2$s\t%3$d\t%4$s\t%5$s\n"
                .formatted(number, window, clients, status, since);
    }

    /// What an agent in a pane has told, at the second 50.
    private static String agent(int number, String state) {
        return """
                process	%1$d	/usr/bin/opencode	%1$d	7
                told	%1$d	7	{"version":1,"pid":%1$d,"procStart":"7","state":"%2$s","kind":"permission","since":50000}
                """.formatted(number, state);
    }

    private static String changes(String listing) {
        return WindowStatus.parse(listing).changes().stream()
                .map(words -> String.join(" ", words))
                .collect(Collectors.joining("\n"));
    }

    private static String writes(String window, String status, String since) {
        return "tmux " + option(window, "@shed_status", status) + " " + option(window, "@shed_since", since);
    }

    private static String option(String window, String name, String value) {
        return value.isEmpty()
                ? "set-option -wqu -t " + window + " " + name + " ;"
                : "set-option -wq -t " + window + " " + name + " " + value + " ;";
    }

    @ParameterizedTest
    @CsvSource({
        "working, working, ''",
        "blocked, needs-approval, ''",
        "error, failed, ''",
        "idle, idle, ''",
        "done, done, 50",
    })
    void aWindowSaysWhatItsAgentDoes(String state, String status, String since) {
        var listing = pane(5, "@2", 0, "", "") + agent(5, state);

        assertThat(changes(listing)).isEqualTo(writes("@2", status, since));
        assertThat(changes(pane(5, "@2", 0, status, since) + agent(5, state)))
                .as("nothing changes")
                .isEmpty();
    }

    @Test
    void ofSeveralAgentsTheOneThatNeedsSomebodyCounts() {
        var listing = pane(5, "@2", 1, "", "")
                + pane(6, "@2", 1, "", "")
                + pane(7, "@2", 1, "", "")
                + agent(5, "working")
                + agent(6, "blocked")
                + agent(7, "done");

        assertThat(changes(listing)).isEqualTo(writes("@2", "needs-approval", ""));
    }

    @Test
    void aWindowWithoutAgentSaysNothing() {
        assertThat(changes(pane(5, "@2", 1, "working", ""))).isEqualTo(writes("@2", "", ""));
        assertThat(changes(pane(5, "@2", 1, "", ""))).isEmpty();
    }

    @Test
    void whatIsDoneIsSeenByWhoeverShowsTheWindowAndStaysSeen() {
        assertThat(changes(pane(5, "@2", 1, "done", "50") + agent(5, "done"))).isEqualTo(writes("@2", "seen", "50"));
        assertThat(changes(pane(5, "@2", 0, "seen", "50") + agent(5, "done"))).isEmpty();
        assertThat(changes(pane(5, "@2", 0, "seen", "40") + agent(5, "done")))
                .as("it has done something else")
                .isEqualTo(writes("@2", "done", "50"));
    }

    @Test
    void theCommandsFitIntoMessagesOfTmux() {
        var listing = IntStream.range(0, 512)
                .mapToObj(i -> pane(i, "@9999" + i, 0, "", "") + agent(i, "done"))
                .collect(Collectors.joining());

        var changes = WindowStatus.parse(listing).changes();

        assertThat(changes)
                .hasSize(11)
                .allSatisfy(words -> assertThat(String.join(" ", words)).hasSizeLessThan(8000));
    }

    @Test
    void whatIsToComeIsKnown() {
        assertThat(WindowStatus.parse(pane(5, "@2", 0, "", "")).isAny()).isFalse();
        var idle = WindowStatus.parse(pane(5, "@2", 0, "", "") + agent(5, "idle"));
        assertThat(idle.isAny()).isTrue();
        assertThat(idle.isAnyActive()).isFalse();
        assertThat(WindowStatus.parse(pane(5, "@2", 0, "", "") + agent(5, "blocked"))
                        .isAnyActive())
                .isTrue();
    }

    /// A listing comes from a container.
    @Property
    void nothingButNamesOfWindowsAndFixedWordsBecomesACommand(@ForAll String one, @ForAll String other) {
        var listing = pane(5, one, 0, other, one) + pane(6, "@1", 0, other, one) + agent(5, "done") + agent(6, "done");

        for (var words : WindowStatus.parse(listing + one + "\n" + other).changes()) {
            assertThat(words)
                    .allMatch(word -> word.matches(
                            "tmux|set-option|-wqu?|-t|@\\d{1,9}|@shed_(status|since)|done|seen|needs-approval|50|;"));
        }
    }
}
