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
import org.junit.jupiter.params.provider.ValueSource;

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
                "claude-started-later.json, IDLE, -",
                "claude-idle.json, DONE, -",
                "claude-busy.json, WORKING, -",
                "claude-permission.json, NEEDS_APPROVAL, permission prompt",
                "claude-question.json, NEEDS_INPUT, input needed",
            })
    void claudeCodeIsBelievedWhatItsRecordSays(String file, State state, String message) {
        var start = resource(file).replaceAll(".*\"procStart\":\"(\\d+)\".*", "$1");

        var status = status(pane("claude", "✳ Claude Code"), "process\t71\tclaude\t80\t7", record(start, file))
                .orElseThrow();

        assertThat(status.state()).isEqualTo(state);
        assertThat(status.message()).isEqualTo(Optional.ofNullable(message));
        assertThat(status.agent()).contains(Agent.CLAUDE_CODE);
        assertThat(status.source()).isEqualTo(Source.RECORD);
        assertThat(status.conversation().orElseThrow()).matches("[0-9a-f-]{36}");
        assertThat(status.since().orElseThrow()).isAfter(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void aRecordOfAnEarlierProcessWithTheSameNumberIsNotBelieved() {
        var status = status(pane("claude", "✳"), "process\t71\tclaude\t80\t7", record("1", "claude-permission.json"));

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
        "node /usr/local/bin/codex, Ready, IDLE",
        "node /usr/local/bin/codex, Ready | 01a22440-4e50-7952-9e44-cec74..., IDLE",
        "node /usr/local/bin/codex, Readyproj, UNKNOWN",
        "node /usr/local/bin/codex, ⠇ Working | 01a22440-4e50-7952-9e44-cec74..., WORKING",
        "node /usr/local/bin/gemini, ✋  Action Required (proj), NEEDS_INPUT",
        "node /usr/local/bin/gemini, ✦  Working… (proj), WORKING",
        "node /usr/local/bin/gemini, ⏲  Working… (proj), WORKING",
        "node /usr/local/bin/gemini, ◇  Ready (proj), UNKNOWN",
        "node /usr/local/bin/gemini, proj, UNKNOWN",
        "/usr/local/bin/opencode, OpenCode, UNKNOWN",
    })
    void withoutARecordTheTitleTellsOrNothingDoes(String command, String title, State state) {
        var status = status(pane("node", title), "process\t71\t" + command.replace(" ", "\u001f") + "\t80\t7")
                .orElseThrow();

        assertThat(status.state()).isEqualTo(state);
        assertThat(status.source()).isEqualTo(state == State.UNKNOWN ? Source.PROCESS : Source.TITLE);
    }

    private static String told(String fields) {
        return "told\t71\t7\t{\"version\":1,\"procStart\":\"7\",\"since\":1764350000123," + fields + "}";
    }

    @ParameterizedTest
    @CsvSource({
        "'\"state\":\"working\"', WORKING",
        "'\"state\":\"idle\"', IDLE",
        "'\"state\":\"done\"', DONE",
        "'\"state\":\"error\"', FAILED",
        "'\"state\":\"blocked\",\"kind\":\"permission\"', NEEDS_APPROVAL",
        "'\"state\":\"blocked\",\"kind\":\"question\"', NEEDS_INPUT",
        "'\"state\":\"blocked\"', NEEDS_INPUT",
    })
    void anAgentIsBelievedWhatItsPluginHasWritten(String fields, State state) {
        var status = status(
                        pane("node", "OpenCode"),
                        "process\t71\tnode\u001f/usr/local/bin/opencode\t80\t7",
                        told(fields + ",\"message\":\"bash: touch x\",\"conversation\":\"ses_1\""))
                .orElseThrow();

        assertThat(status)
                .isEqualTo(new Status(
                        state,
                        Optional.of("bash: touch x"),
                        Optional.of(Instant.ofEpochMilli(1764350000123L)),
                        Optional.of(Agent.OPENCODE),
                        Source.HOOK,
                        Optional.of("ses_1")));
        assertThat(status.isBlocked()).isEqualTo(status.needsSomebody());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "claude-permission.json, '\"state\":\"error\"', NEEDS_APPROVAL, permission prompt, RECORD",
                "claude-permission.json, '\"state\":\"working\"', NEEDS_APPROVAL, permission prompt, RECORD",
                "claude-idle.json, '\"state\":\"error\"', FAILED, told, HOOK",
                "claude-idle.json, '\"state\":\"idle\"', IDLE, told, HOOK",
                "claude-idle.json, '\"state\":\"working\"', DONE, -, RECORD",
                "claude-idle.json, '\"state\":\"blocked\",\"kind\":\"permission\"', DONE, -, RECORD",
                "claude-busy.json, '\"state\":\"error\"', WORKING, -, RECORD",
            })
    void theHooksOfClaudeCodeOnlyCompleteWhatItsRecordSays(
            String file, String fields, State state, String message, Source source) {
        var start = resource(file).replaceAll(".*\"procStart\":\"(\\d+)\".*", "$1");

        var status = status(
                        pane("claude", "✳"),
                        "process\t71\tclaude\t80\t7",
                        record(start, file),
                        told(fields + ",\"message\":\"told\""))
                .orElseThrow();

        assertThat(status.state()).isEqualTo(state);
        assertThat(status.message()).isEqualTo(Optional.ofNullable(message));
        assertThat(status.source()).isEqualTo(source);
    }

    private static String report(String fields) {
        return told(fields).replace("told\t", "report\t");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"state\":\"working\"', WORKING",
        "'\"state\":\"done\"', DONE",
        "'\"state\":\"blocked\",\"kind\":\"permission\"', NEEDS_APPROVAL",
    })
    void whatAnAgentTellsItsTerminalComesFirst(String fields, State state) {
        var status = status(
                        pane("claude", "✳"),
                        "process\t71\tclaude\t80\t7",
                        record(
                                resource("claude-busy.json").replaceAll(".*\"procStart\":\"(\\d+)\".*", "$1"),
                                "claude-busy.json"),
                        told("\"state\":\"error\""),
                        report(fields + ",\"message\":\"x\""))
                .orElseThrow();

        assertThat(status.state()).isEqualTo(state);
        assertThat(status.source()).isEqualTo(Source.OSC);
        assertThat(status.message()).contains("x");
        assertThat(status.agent()).contains(Agent.CLAUDE_CODE);
    }

    /// Anything in the pane can print a report.
    @Test
    void noReportHidesThatAnAgentAsks() {
        var start = resource("claude-permission.json").replaceAll(".*\"procStart\":\"(\\d+)\".*", "$1");
        var process = "process\t71\tclaude\t80\t7";
        var report = report("\"state\":\"working\"");

        assertThat(status(pane("claude", ""), process, record(start, "claude-permission.json"), report))
                .get()
                .returns(Source.RECORD, Status::source)
                .returns(true, Status::isBlocked);
        assertThat(status(pane("claude", ""), process, question("abcd1234", "80\t7\t", ASKED), report))
                .get()
                .returns(Source.HOOK, Status::source)
                .returns(true, Status::isBlocked);
    }

    @Test
    void ofWhatAScriptTellsTheNewsCounts() {
        var earlier = report("\"state\":\"done\"").replace("1764350000123", "1764350000122");

        assertThat(status(pane("make", ""), told("\"state\":\"working\""), earlier))
                .get()
                .returns(Source.HOOK, Status::source);
        assertThat(status(pane("make", ""), told("\"state\":\"working\""), report("\"state\":\"done\"")))
                .get()
                .returns(Source.OSC, Status::source);
        assertThat(status(pane("make", ""), report("\"state\":\"done\""))).get().returns(State.DONE, Status::state);
    }

    @Test
    void whatAScriptTellsCountsWithoutAnAgent() {
        var status = status(pane("deploy.sh", ""), told("\"state\":\"blocked\",\"message\":\"go on?\""))
                .orElseThrow();

        assertThat(status.text()).isEqualTo("needs-input: go on?");
        assertThat(status.isReported()).isTrue();
        assertThat(status.isBlocked()).as("its question is answered by typing").isFalse();
    }

    @Test
    void ofSeveralRecordsInAPaneTheLatestCounts() {
        var earlier = told("\"state\":\"done\"").replace("1764350000123", "1764350000122");

        assertThat(status(pane("make", ""), told("\"state\":\"working\""), earlier)
                        .orElseThrow()
                        .state())
                .isEqualTo(State.WORKING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\":1,\"procStart\":\"8\",\"state\":\"working\"}",
                "{\"version\":2,\"procStart\":\"7\",\"state\":\"working\"}",
                "{\"version\":1,\"procStart\":\"7\",\"state\":\"flying\"}",
                "{\"version\":1,\"procStart\":\"7\",\"state\":[\"working\"]}",
                "{\"version\":1,\"procStart\":\"7\",\"state\":\"working\"",
                "[]",
                "null",
            })
    void aRecordOfAHookThatIsNoneTellsNothing(String json) {
        assertThat(status(pane("deploy.sh", ""), "told\t71\t7\t" + json)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-rf", "a b", "$(id)", "../x", "a\u0301"})
    void aConversationIsAWord(String name) {
        var json = told("\"state\":\"working\",\"conversation\":\"" + name + "\"");

        assertThat(status(pane("deploy.sh", ""), json).flatMap(Status::conversation))
                .isEmpty();
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

        var message = status(pane("claude", ""), "process\t71\tclaude\t80\t7", "record\t71\t" + start + "\t" + record)
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
        assertThat(status(pane("claude", ""), "process\t71\tclaude\t80\t7", "record\t71\t7\t" + json)
                        .orElseThrow()
                        .state())
                .isEqualTo(State.UNKNOWN);
    }

    @Test
    void aTimeThatIsNoneIsLeftOut() {
        var json = "{\"procStart\":\"7\",\"status\":\"idle\",\"statusUpdatedAt\":9223372036854775807}";

        assertThat(status(pane("claude", ""), "process\t71\tclaude\t80\t7", "record\t71\t7\t" + json)
                        .orElseThrow()
                        .since())
                .isEmpty();
    }

    private static String question(String id, String processes, String json) {
        return "question\t71\t" + id + "\t" + processes + "\t" + json;
    }

    private static final String ASKED =
            "{\"version\":1,\"id\":\"abcd1234\",\"agent\":\"claude\",\"pid\":80,\"procStart\":\"7\",\"kind\":\"permission\",\"title\":\"Bash\",\"detail\":\"touch"
                    + " x\",\"options\":[\"Yes\",\"No\"],\"since\":5000}";

    @Test
    void aQuestionThatAHookHasWrittenIsBetterThanTheRecord() {
        var status = status(
                        pane("claude", "✳"),
                        "process\t71\tclaude\t80\t7",
                        record("1", "claude-busy.json"),
                        question("abcd1234", "80\t7\t", ASKED))
                .orElseThrow();

        assertThat(status)
                .isEqualTo(new Status(
                        State.NEEDS_APPROVAL,
                        Optional.of("Bash: touch x"),
                        Optional.of(Instant.ofEpochSecond(5)),
                        Optional.of(Agent.CLAUDE_CODE),
                        Source.HOOK));
    }

    @Test
    void theFirstOfSeveralQuestionsIsTold() {
        var later =
                ASKED.replace("abcd1234", "efgh5678").replace("5000", "6000").replace("touch x", "make");

        var message = status(
                        pane("claude", "✳"),
                        question("efgh5678", "80\t7\t", later),
                        question("abcd1234", "80\t7\t", ASKED))
                .flatMap(Status::message);

        assertThat(message).contains("Bash: touch x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "80,7, | procStart\":\"7 | procStart\":\"8",
                "80,8, | x | x",
                "80,, | procStart\":\"7 | procStart\":\"",
                "81,7, | x | x",
                "80,7, | version\":1 | version\":2",
                "80,7, | abcd1234 | abcd1235",
                "80,7, | claude | somebody",
                "80,7, | \"since | \"hookPid\":5,\"hookStart\":\"9\",\"since",
                "80,7,8 | \"since | \"hookPid\":5,\"hookStart\":\"9\",\"since",
                "80,7, | {\"version | [{\"version",
            })
    void aQuestionOfProcessesThatAreGoneOrThatIsNoneIsIgnored(String processes, String old, String text) {
        var json = ASKED.replace(old, text);

        assertThat(status(pane("make", ""), question("abcd1234", processes.replace(',', '\t'), json)))
                .isEmpty();
        assertThat(status(pane("make", ""), question("abcd1234", "80\t7\t", ASKED)))
                .isPresent();
    }

    @Property
    void anyTextIsAListing(@ForAll List<String> lines, @ForAll String fields) {
        AgentPanes.parse(lines).forEach(AgentPane::status);
        AgentPanes.parse(List.of(
                        "pane\t" + fields,
                        "process\t" + fields,
                        "record\t1\t2\t" + fields,
                        "told\t1\t2\t" + fields,
                        "question\t" + fields))
                .forEach(AgentPane::status);
    }
}
