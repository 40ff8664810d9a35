package dev.shed.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The keys that answer the dialogs of agents, and where none is known.
class DialogKeyTest {
    private static final String PERMISSION = """
        │ touch /workspace/x      │
        │ ❯ 1. Yes                │
        │   2. Yes, always        │
        │   3. No (esc)           │
        """;

    private static Dialog dialog(String screen) {
        return Dialog.parse("pane\t71\t-\t$3\tagent\t%5\t0\t\t\tclaude\t✳\nscreen\n" + screen, "%5")
                .orElseThrow();
    }

    private static Optional<String> key(String agent, State state, String screen, Reply reply) {
        var status = Status.of(Agent.named(agent).orElseThrow(), state, Source.RECORD);
        return DialogKey.of(dialog(screen), status, reply);
    }

    @ParameterizedTest
    @CsvSource({
        "claude, NEEDS_APPROVAL, true, true, true",
        "claude, NEEDS_INPUT, false, false, true",
        "codex, NEEDS_APPROVAL, true, true, false",
        "gemini, NEEDS_INPUT, false, false, false",
        "opencode, NEEDS_APPROVAL, false, false, false"
    })
    void onlyWhatWasTriedHasAKey(String agent, State state, boolean approve, boolean deny, boolean choose) {
        assertThat(key(agent, state, PERMISSION, new Reply.Allow()))
                .isEqualTo(Optional.of("\r").filter(_ -> approve));
        assertThat(key(agent, state, PERMISSION, new Reply.Deny("")))
                .isEqualTo(Optional.of("\u001b").filter(_ -> deny));
        assertThat(key(agent, state, PERMISSION, new Reply.Choose(2)))
                .isEqualTo(Optional.of("2").filter(_ -> choose));
        assertThat(key(agent, state, PERMISSION, new Reply.Choose(4))).isEmpty();
        assertThat(key(agent, state, PERMISSION, new Reply.Deny("why"))).isEmpty();
        assertThat(key(agent, state, PERMISSION, new Reply.Say("text"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "❯ 1. Yes,   1. Yes",
        "❯ 1. Yes, ❯ 1. No",
        "❯ 1. Yes, ❯ 1. Yesterday",
        "❯ 1. Yes, ❯ 2. Yes",
        "❯ 1. Yes, something else"
    })
    void enterIsNoApprovalWhereItChoosesSomethingElse(String shown, String other) {
        var screen = PERMISSION.replace(shown, other);

        assertThat(key("claude", State.NEEDS_APPROVAL, screen, new Reply.Allow()))
                .isEmpty();
    }

    @Test
    void aDigitThatOnlyMarksABoxIsNoAnswer() {
        var boxes = " ❯ 1. [ ] red\n   2. [ ] green\n";

        assertThat(key("claude", State.NEEDS_INPUT, boxes, new Reply.Choose(1))).isEmpty();
    }

    @Test
    void theOptionsAreThoseOfTheLastList() {
        var screen = " 1. first\n 2. second\n" + PERMISSION;

        assertThat(dialog(screen).options())
                .extracting(Dialog.Option::text)
                .containsExactly("Yes", "Yes, always", "No (esc)");
    }
}
