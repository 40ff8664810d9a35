package dev.shed.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The titles of agents together with what their hooks have written.
class TitleSourceTest {
    @ParameterizedTest
    @CsvSource({
        "Ready | 01a2, done, DONE, HOOK",
        "Ready | 01a2, idle, IDLE, HOOK",
        "Ready | 01a2, working, UNKNOWN, PROCESS",
        "⠇ Working | 01a2, idle, WORKING, TITLE",
        "[ ! ] Action Required | 01a2, working, NEEDS_APPROVAL, TITLE",
    })
    void theHooksOfCodexTellHowItsTurnHasEnded(String title, String told, State state, Source source) {
        var lines = List.of(
                "pane\t71\t-\t$3\tagent\t%5\t0\t\t\tcodex\t" + title,
                "process\t71\tcodex\t80\t7",
                "told\t71\t7\t{\"version\":1,\"procStart\":\"7\",\"conversation\":\"01a2\",\"state\":\"" + told
                        + "\"}");

        var status = AgentPanes.parse(lines).getFirst().status().orElseThrow();

        assertThat(status.state()).isEqualTo(state);
        assertThat(status.source()).isEqualTo(source);
        assertThat(status.conversation()).contains("01a2");
    }
}
