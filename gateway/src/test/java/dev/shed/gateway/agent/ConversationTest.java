package dev.shed.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.name.SessionName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read of files in a container about conversations.
class ConversationTest {
    private static final String ID = "0b7d2f0e-1111-2222-3333-444455556666";

    private static Conversation conversation(String session, Agent agent, String id, @Nullable Integer record) {
        var records = Optional.ofNullable(record).map(number -> new ProcessId(number, "777")).stream()
                .toList();
        return new Conversation(SessionName.parse(session), agent, id, "/workspace/demo", AgentOptions.NONE, records);
    }

    private static String left(String session, String id, int time) {
        return """
                {"pid":35,"procStart":"777","sessionId":"%s","cwd":"/workspace/demo","tmux":"%s:@0.%%0","updatedAt":%d}""".formatted(id, session, time);
    }

    @Test
    void aNoteIsReadAsItWasWritten() {
        for (var known : List.of(
                conversation("one", Agent.CLAUDE_CODE, ID, null),
                conversation("two", Agent.CODEX, ID, null),
                conversation("three", Agent.OPENCODE, "ses_4f", null))) {
            assertThat(ConversationLines.parse(List.of("noted\t" + known.session() + "\t" + known.note())))
                    .containsExactly(known);
        }
    }

    @Test
    void eachAgentHasACommand() {
        assertThat(conversation("one", Agent.CLAUDE_CODE, ID, null).command())
                .containsExactly("claude", "--resume", ID);
        assertThat(conversation("one", Agent.CODEX, ID, null).command()).containsExactly("codex", "resume", ID);
        assertThat(conversation("one", Agent.OPENCODE, "ses_4f", null).command())
                .containsExactly("opencode", "-s", "ses_4f");
    }

    @Test
    void aRecordCountsWhoseProcessIsGoneOrAnotherOne() {
        var line = left("agent", ID, 1);
        var known = conversation("agent", Agent.CLAUDE_CODE, ID, 35);
        assertThat(ConversationLines.parse(List.of("left\t35\t\t" + line + "\t")))
                .containsExactly(known);
        assertThat(ConversationLines.parse(List.of("left\t35\t778\t" + line + "\t")))
                .containsExactly(known);
        assertThat(ConversationLines.parse(List.of("left\t35\t777\t" + line + "\t")))
                .isEmpty();
    }

    @Test
    void theOptionsCountThatTheProcessOfTheRecordHad() {
        var options = "{\"agent\":\"claude-code\",\"options\":[\"--model\",\"opus\"],\"procStart\":\"%s\"}";
        var line = "left\t35\t\t" + left("agent", ID, 1) + "\t";
        assertThat(ConversationLines.parse(List.of(line + options.formatted("777"))))
                .extracting(Conversation::command)
                .containsExactly(List.of("claude", "--resume", ID, "--model", "opus"));
        for (var other :
                List.of(options.formatted("778"), options.formatted("777").replace("claude-code", "codex"))) {
            assertThat(ConversationLines.parse(List.of(line + other)))
                    .containsExactly(conversation("agent", Agent.CLAUDE_CODE, ID, 35));
        }
    }

    @Test
    void theOptionsOfARunningAgentAreNotedOrInItsCommandLine() {
        var record = "live\tagent\t35\t777\t/\t" + left("", ID, 1) + "\t";
        var noted = "{\"agent\":\"claude-code\",\"options\":[\"--model\",\"opus\"],\"procStart\":\"777\"}";
        var command = "claude\u001f--effort\u001fhigh\u001f";
        var long_ = "claude\u001f--effort\u001fhigh\u001f" + "x".repeat(16384 - 21) + "\u001f";
        assertThat(options(record + noted + "\t" + command).words()).containsExactly("--model", "opus");
        assertThat(options(record + noted.replace("777", "778") + "\t" + command)
                        .words())
                .containsExactly("--effort", "high");
        for (var none :
                List.of("", "claude", "claude\u001f--effort\u001fhi", "codex\u001f-m\u001fo3\u001f", "\u001f")) {
            assertThat(options(record + "\t" + none)).isEqualTo(AgentOptions.NONE);
        }
        assertThat(options(record + "\t" + long_.replaceFirst("xx", "")).words())
                .containsExactly("--effort", "high");
        for (var lost : List.of("claude\u001f--effort\u001fhi\u001egh\u001f", long_, long_ + "x")) {
            assertThat(options(record + "\t" + lost)).isEqualTo(AgentOptions.LOST);
        }
        assertThat(options(record + noted.replace("\"options\"", "\"lost\":true,\"options\"") + "\t" + command))
                .isEqualTo(AgentOptions.LOST);
    }

    private static AgentOptions options(String line) {
        var known = ConversationLines.live(List.of(line)).getFirst();
        var note = ConversationLines.parse(List.of("noted\tagent\t" + known.note()))
                .getFirst();
        assertThat(note.options()).isEqualTo(known.options());
        return known.options();
    }

    @Test
    void aRecordOfAPluginCountsToo() {
        var record = "{\"agent\":\"opencode\",\"procStart\":\"777\",\"session\":\"open\","
                + "\"directory\":\"/workspace/demo\",\"conversation\":\"ses_4f\",\"since\":%d}";
        var known = conversation("open", Agent.OPENCODE, "ses_4f", 35);
        var line = "kept\t35\t\t" + record.formatted(2) + "\t";
        assertThat(ConversationLines.parse(List.of(line))).containsExactly(known);
        assertThat(ConversationLines.parse(List.of("kept\t35\t777\t" + record.formatted(2) + "\t")))
                .isEmpty();
        assertThat(ConversationLines.parse(List.of(line, "left\t36\t\t" + left("open", ID, 1) + "\t")))
                .containsExactly(known.with(List.of(conversation("open", Agent.CLAUDE_CODE, ID, 36))));
        assertThat(ConversationLines.parse(List.of(line, "left\t36\t\t" + left("open", ID, 3) + "\t")))
                .extracting(Conversation::id)
                .containsExactly(ID);
    }

    @Test
    void ofASessionTheNotedConversationCountsOrElseTheNewest() {
        var other = "1b7d2f0e-1111-2222-3333-444455556666";
        var lines =
                List.of("left\t35\t\t" + left("agent", ID, 2) + "\t", "left\t36\t\t" + left("agent", other, 1) + "\t");
        assertThat(ConversationLines.parse(lines)).extracting(Conversation::id).containsExactly(ID);
        assertThat(ConversationLines.parse(lines.reversed()))
                .extracting(Conversation::id)
                .containsExactly(ID);
        var noted = conversation("agent", Agent.CODEX, other, null);
        assertThat(ConversationLines.parse(List.of("noted\tagent\t" + noted.note(), lines.getFirst())))
                .containsExactly(noted);
    }

    /// A hook's record of Claude Code may name an earlier conversation of the same process.
    @Test
    void allAgentsOfASessionAreKnownAndNoted() {
        var record = "{\"agent\":\"%s\",\"procStart\":\"777\",\"conversation\":\"%s\"}\t\t";
        var pair = ConversationLines.running(List.of(
                        "session\tpair",
                        "live\tpair\t35\t777\t/\t" + left("ignored", ID, 1) + "\t\t",
                        "live\tpair\t35\t777\t/workspace/demo\t" + record.formatted("claude-code", "c-0"),
                        "live\tpair\t36\t777\t/workspace/demo\t" + record.formatted("opencode", "ses_1"),
                        "live\tpair\t37\t777\t/workspace/demo\t" + record.formatted("opencode", "ses_1"),
                        "behind\tpair\t38\t777\t/workspace/demo\t" + record.formatted("codex", "c-1")))
                .getOrDefault(SessionName.parse("pair"), Optional.empty())
                .orElseThrow();
        var claude = conversation("pair", Agent.CLAUDE_CODE, ID, 35);
        assertThat(pair).isEqualTo(claude.with(List.of(conversation("pair", Agent.OPENCODE, "ses_1", 36))));

        var noted = ConversationLines.parse(List.of("noted\tpair\t" + pair.noteOfStart()));
        assertThat(noted)
                .containsExactly(conversation("pair", Agent.CLAUDE_CODE, ID, null)
                        .with(List.of(conversation("pair", Agent.OPENCODE, "ses_1", null))));
    }

    @Test
    void aNoteIsNotLongerThanWhatIsReadOfIt() {
        var many = IntStream.range(0, 20)
                .mapToObj(i -> new Conversation(
                        SessionName.parse("one"),
                        Agent.CODEX,
                        "c-" + i,
                        "/" + "x".repeat(1000),
                        new AgentOptions(List.of("-m", "y".repeat(1000)), false),
                        List.of()))
                .toList();
        var note = many.getFirst().with(many).noteOfStart();
        assertThat(note.length()).isBetween(10_000, 12_288);
        assertThat(ConversationLines.parse(List.of("noted\tone\t" + note))
                        .getFirst()
                        .others())
                .hasSizeBetween(4, 7);
    }

    @Test
    void theRecordsOfAConversationAreKnownAlsoIfItIsNoted() {
        var record = "kept\t%d\t\t{\"agent\":\"opencode\",\"procStart\":\"777\",\"session\":\"%s\","
                + "\"directory\":\"/workspace/demo\",\"conversation\":\"%s\",\"since\":1}\t";
        var noted = conversation("open", Agent.OPENCODE, "ses_4f", null);
        var lines = List.of(
                "noted\topen\t" + noted.note(),
                record.formatted(35, "open", "ses_4f"),
                record.formatted(36, "open", "ses_4f"),
                record.formatted(37, "open", "ses_5"),
                record.formatted(38, "other", "ses_4f"));
        assertThat(ConversationLines.parse(lines).getFirst().records())
                .containsExactly(new ProcessId(35, "777"), new ProcessId(36, "777"));
        assertThat(ConversationLines.left(lines))
                .flatExtracting(Conversation::records)
                .extracting(ProcessId::number)
                .containsExactly(35, 36, 37, 38);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "noted",
                "noted\tagent",
                "noted\tagent\t",
                "noted\tagent\t{",
                "noted\tagent\t[]",
                "noted\tagent\t{\"agent\":\"sh\",\"conversation\":\"a\",\"directory\":\"/\"}",
                "noted\tagent\t{\"agent\":\"gemini\",\"conversation\":\"a\",\"directory\":\"/\"}",
                "noted\tagent\t{\"agent\":\"codex\",\"conversation\":\"-c\",\"directory\":\"/\"}",
                "noted\tagent\t{\"agent\":\"codex\",\"conversation\":\"a b\",\"directory\":\"/\"}",
                "noted\tagent\t{\"agent\":\"codex\",\"conversation\":\"a;b\",\"directory\":\"/\"}",
                "noted\tagent\t{\"agent\":\"codex\",\"conversation\":\"\",\"directory\":\"/\"}",
                "noted\tagent\t{\"agent\":\"codex\",\"conversation\":\"a\",\"directory\":\"x\"}",
                "noted\tagent\t{\"agent\":\"codex\",\"conversation\":\"a\",\"directory\":\"/\\u001b[2J\"}",
                "noted\t-agent\t{\"agent\":\"codex\",\"conversation\":\"a\",\"directory\":\"/\"}",
                "noted\ta.b\t{\"agent\":\"codex\",\"conversation\":\"a\",\"directory\":\"/\"}",
                "left\tx\t\t{\"procStart\":\"7\",\"sessionId\":\"a\",\"cwd\":\"/\",\"tmux\":\"agent:@0.%0\"}\t",
                "left\t7\t\t{\"sessionId\":\"a\",\"cwd\":\"/\",\"tmux\":\"agent:@0.%0\"}\t",
                "left\t7\t\t{\"procStart\":\"7\",\"sessionId\":\"a\",\"cwd\":\"/\",\"tmux\":\"agent\"}\t",
                "left\t7\t\t{\"procStart\":\"7\",\"sessionId\":\"a\",\"cwd\":\"/\"}\t",
                "kept\t7\t\t{\"procStart\":\"7\",\"agent\":\"opencode\",\"conversation\":\"a\",\"directory\":\"/\"}\t",
                "left\t7\t\t{\"procStart\":\"*\",\"sessionId\":\"a\",\"cwd\":\"/\",\"tmux\":\"agent:@0.%0\"}\t",
            })
    void whatIsNoneIsLeftOut(String line) {
        assertThat(ConversationLines.parse(List.of(line))).isEmpty();
    }

    @Test
    void onlySoManyAreRead() {
        var line =
                "noted\tagent\t" + conversation("agent", Agent.CODEX, "a", null).note();
        var many = Collections.nCopies(192, "noted\tagent\tx");
        assertThat(ConversationLines.parse(
                        Stream.concat(many.stream(), Stream.of(line)).toList()))
                .isEmpty();
    }

    @Test
    void ofEachRunningSessionItsConversationIsKnownOrThatThereIsNone() {
        var hook = "{\"agent\":\"opencode\",\"procStart\":\"777\",\"conversation\":\"ses_1\"}";
        var stale = "{\"agent\":\"codex\",\"procStart\":\"8\",\"conversation\":\"a\"}";
        assertThat(ConversationLines.running(List.of(
                        "session\tplain",
                        "session\tagent",
                        "live\tagent\t35\t777\t/elsewhere\t" + left("ignored", ID, 1) + "\t\t",
                        "session\tagent",
                        "session\topen",
                        "live\topen\t36\t777\t/workspace/demo\t" + hook + "\t\t",
                        "session\tstale",
                        "live\tstale\t37\t9\t/workspace/demo\t" + stale + "\t\t",
                        "session\tasleep",
                        "behind\tasleep\t38\t777\t/elsewhere\t" + left("ignored", ID, 1) + "\t\t",
                        "behind\topen\t39\t777\t/elsewhere\t" + left("ignored", ID, 1) + "\t\t",
                        "session\tno.name")))
                .isEqualTo(Map.of(
                        SessionName.parse("plain"),
                        Optional.empty(),
                        SessionName.parse("agent"),
                        Optional.of(conversation("agent", Agent.CLAUDE_CODE, ID, 35)),
                        SessionName.parse("open"),
                        Optional.of(conversation("open", Agent.OPENCODE, "ses_1", 36)),
                        SessionName.parse("asleep"),
                        Optional.of(conversation("asleep", Agent.CLAUDE_CODE, ID, 38)),
                        SessionName.parse("stale"),
                        Optional.empty()));
    }
}
