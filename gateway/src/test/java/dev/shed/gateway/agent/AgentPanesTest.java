package dev.shed.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The panes of a shed as the script lists them, with what real agents have written.
class AgentPanesTest {
    private static String resource(String name) {
        try (var in = AgentPanesTest.class.getResourceAsStream("/agents/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String record(String start, String file) {
        return "record\t71\t" + start + "\t" + resource(file);
    }

    private static Optional<Status> status(String... lines) {
        return AgentPanes.parse(List.of(lines)).getFirst().status();
    }

    private static String pane(String command, String title) {
        return "pane\t71\t-\t$3\tagent\t%%5\t0\t\t\t%s\t%s".formatted(command, title);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "claude-started.json, IDLE, -",
                "claude-idle.json, DONE, -",
                "claude-busy.json, WORKING, -",
                "claude-permission.json, NEEDS_APPROVAL, permission prompt",
                "claude-question.json, NEEDS_INPUT, input needed",
            })
    void claudeCodeIsBelievedWhatItsRecordSays(String file, State state, String message) {
        var start = resource(file).replaceAll(".*\"procStart\":\"(\\d+)\".*", "$1");

        var status = status(pane("claude", "✳ Claude Code"), "process\t71\tclaude", record(start, file))
                .orElseThrow();

        assertThat(status.state()).isEqualTo(state);
        assertThat(status.message()).isEqualTo(Optional.ofNullable(message));
        assertThat(status.agent()).contains(Agent.CLAUDE_CODE);
        assertThat(status.source()).isEqualTo(Source.RECORD);
        assertThat(status.since().orElseThrow()).isAfter(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void aRecordOfAnEarlierProcessWithTheSameNumberIsNotBelieved() {
        var status = status(pane("claude", "✳"), "process\t71\tclaude", record("1", "claude-permission.json"));

        assertThat(status).contains(Status.of(Agent.CLAUDE_CODE, State.UNKNOWN, Source.PROCESS));
    }

    @ParameterizedTest
    @CsvSource({
        "claude, ✳ Claude Code, UNKNOWN",
        "claude, ⠂ fix the tests, UNKNOWN",
        "node /usr/local/bin/codex, ⠋ proj, WORKING",
        "node /usr/local/bin/codex, [ ! ] Action Required | proj, NEEDS_APPROVAL",
        "node /usr/local/bin/codex, [ . ] Action Required | proj, NEEDS_APPROVAL",
        "node /usr/local/bin/codex, proj, UNKNOWN",
        "node /usr/local/bin/gemini, ✋  Action Required (proj), NEEDS_INPUT",
        "node /usr/local/bin/gemini, ✦  Working… (proj), WORKING",
        "node /usr/local/bin/gemini, ⏲  Working… (proj), WORKING",
        "node /usr/local/bin/gemini, ◇  Ready (proj), UNKNOWN",
        "node /usr/local/bin/gemini, proj, UNKNOWN",
        "/usr/local/bin/opencode, OpenCode, UNKNOWN",
    })
    void withoutARecordTheTitleTellsOrNothingDoes(String command, String title, State state) {
        var status = status(pane("node", title), "process\t71\t" + command.replace(' ', '\u001f'))
                .orElseThrow();

        assertThat(status.state()).isEqualTo(state);
        assertThat(status.source()).isEqualTo(state == State.UNKNOWN ? Source.PROCESS : Source.TITLE);
    }

    @Test
    void anAgentIsKnownByItsCommandWhereItsProcessIsNot() {
        assertThat(status(pane("claude", "✳")).orElseThrow().state()).isEqualTo(State.UNKNOWN);
        assertThat(status(pane("bash", "⠋ left behind"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3, '', exit 3", "'', 9, ended by signal 9"})
    void aProgramThatHasFailedIsSeenWhileItsPaneIsThere(String exit, String signal, String message) {
        var dead = pane("make", "").replace("%5\t0\t\t\t", "%5\t1\t" + exit + "\t" + signal + "\t");

        assertThat(status(dead))
                .contains(new Status(
                        State.FAILED, Optional.of(message), Optional.empty(), Optional.empty(), Source.EXIT));
        assertThat(status(pane("make", "").replace("%5\t0\t\t\t", "%5\t1\t0\t\t")))
                .isEmpty();
    }

    @Test
    void hostileTextIsCutAndPrintable() {
        var record = resource("claude-permission.json")
                .replace("permission prompt", "\\u001b[2J\\n\\u202e" + "x".repeat(1000));
        var start = record.replaceAll(".*\"procStart\":\"(\\d+)\".*", "$1");

        var message = status(pane("claude", ""), "process\t71\tclaude", "record\t71\t" + start + "\t" + record)
                .flatMap(Status::message)
                .orElseThrow();

        assertThat(message).hasSizeLessThan(260).doesNotContain("\u001b", "\n", "\u202e");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{}",
                "[]",
                "null",
                "{\"procStart\":\"7\"}",
                "{\"procStart\":\"7\",\"status\":[1],\"statusUpdatedAt\":\"x\"}",
                "{\"procStart\":\"7\",\"status\":\"flying\",\"statusUpdatedAt\":-1}",
                "{\"procStart\":\"7\",\"status\":\"idle\"",
                "{\"procStart\":\"7\",\"a\":{\"a\":{\"a\"",
            })
    void aRecordThatIsNoneTellsNothing(String json) {
        assertThat(status(pane("claude", ""), "process\t71\tclaude", "record\t71\t7\t" + json)
                        .orElseThrow()
                        .state())
                .isEqualTo(State.UNKNOWN);
    }

    @Test
    void aTimeThatIsNoneIsLeftOut() {
        var json = "{\"procStart\":\"7\",\"status\":\"idle\",\"statusUpdatedAt\":9223372036854775807}";

        assertThat(status(pane("claude", ""), "process\t71\tclaude", "record\t71\t7\t" + json)
                        .orElseThrow()
                        .since())
                .isEmpty();
    }

    @Property
    void anyTextIsAListing(@ForAll List<String> lines, @ForAll String fields) {
        AgentPanes.parse(lines).forEach(AgentPane::status);
        AgentPanes.parse(List.of("pane\t" + fields, "process\t" + fields, "record\t1\t2\t" + fields))
                .forEach(AgentPane::status);
    }
}
