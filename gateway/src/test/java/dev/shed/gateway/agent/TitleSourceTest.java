package dev.shed.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The titles of agents together with what their hooks have written.
class TitleSourceTest {
    private static final String PERMISSION = "blocked\",\"kind\":\"permission";

    private static Status status(String agent, String title, String told) {
        var lines = List.of(
                "pane\t71\t-\t$3\tagent\t%5\t0\t\t\t" + agent + "\t" + title,
                "process\t71\t" + agent + "\t80\t7",
                "told\t71\t7\t{\"version\":1,\"procStart\":\"7\",\"conversation\":\"01a2\",\"message\":\"touch x\",\"state\":\""
                        + told + "\"}");
        return AgentPanes.parse(lines).getFirst().status().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "Ready | 01a2, done, DONE, HOOK",
        "Ready | 01a2, idle, IDLE, HOOK",
        "Ready | 01a2, working, UNKNOWN, PROCESS",
        "⠇ Working | 01a2, idle, WORKING, TITLE",
        "[ ! ] Action Required | 01a2, working, NEEDS_APPROVAL, TITLE",
    })
    void theHooksOfCodexTellHowItsTurnHasEnded(String title, String told, State state, Source source) {
        assertThat(status("codex", title, told))
                .returns(state, Status::state)
                .returns(source, Status::source)
                .returns(Optional.of("01a2"), Status::conversation);
    }

    @ParameterizedTest
    @CsvSource({
        "◇  Ready (proj), idle, IDLE, HOOK",
        "◇  Ready (proj), done, DONE, HOOK",
        "◇  Ready (proj), error, FAILED, HOOK",
        "◇  Ready (proj), working, UNKNOWN, PROCESS",
        "✋  Action Required (proj), blocked, NEEDS_INPUT, HOOK",
        "✋  Action Required (proj), working, NEEDS_INPUT, TITLE",
        "✋  Action Required (proj), done, NEEDS_INPUT, TITLE",
        "✦  Working… (proj), blocked, WORKING, TITLE",
        "⏲  Working… (proj), done, WORKING, TITLE",
    })
    void theTitleOfGeminiSaysWhetherItAsksAndItsHooksSayWhat(String title, String told, State state, Source source) {
        assertThat(status("gemini", title, told))
                .returns(state, Status::state)
                .returns(source, Status::source)
                .returns(Optional.of("01a2"), Status::conversation);
    }

    @Test
    void whatGeminiAsksIsTold() {
        assertThat(status("gemini", "✋  Action Required (proj)", PERMISSION))
                .returns(State.NEEDS_APPROVAL, Status::state)
                .returns(Optional.of("touch x"), Status::message)
                .returns(true, Status::isBlocked);
    }

    @Test
    void escapeInADialogOfGeminiCallsNoHook() {
        assertThat(status("gemini", "◇  Ready (proj)", PERMISSION))
                .returns(State.IDLE, Status::state)
                .returns(Optional.empty(), Status::message);
    }

    /// As with `dynamicWindowTitle: false`: its dialog may be gone.
    @ParameterizedTest
    @CsvSource({"blocked, UNKNOWN", "working, WORKING", "done, DONE"})
    void withoutASignInItsTitleGeminiIsNotBelievedThatItAsks(String told, State state) {
        assertThat(status("gemini", "Gemini CLI (proj)", told)).returns(state, Status::state);
    }
}
