package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `inbox`, with sheds that list the questions of their agents.
class InboxVerbTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// One session `agent` with Claude Code in the pane `%5`.
    private static final String CLAUDE = """
        session\t1769335200\tagent\tclaude\t/workspace\t✳\t@0//1 1769335200* \t\tclaude\t
        pane\t71\t-\t$3\tagent\t%5\t0\t\t\tclaude\t✳
        process\t71\tclaude\t80\t7
        """;

    private static final String WAITS =
            "record\t71\t7\t{\"procStart\":\"7\",\"status\":\"waiting\",\"waitingFor\":\"permission prompt\","
                    + "\"statusUpdatedAt\":1769342280000}\n";

    private static final String DIALOG = """
        ╭──────────────────────────╮
        │ Bash command             │
        │   touch /workspace/x     │
        │ Do you want to proceed?  │
        │ ❯ 1. Yes                 │
        │   2. No (esc)            │
        ╰──────────────────────────╯
        """;

    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime();

    /// What each shed lists, and the screen of its pane.
    private final Map<String, String> listings = new ConcurrentHashMap<>();

    private final Map<String, String> screens = new ConcurrentHashMap<>();

    /// The exit status of the script that shows a pane.
    private int shown;

    private Caller caller;

    @BeforeEach
    void call() {
        caller = new Caller(runtime, directory);
        runtime.with("demo").with("other").programs(this::program);
    }

    private Optional<ContainerProcess> program(ExecSpec spec) {
        var words = spec.program() instanceof Program.Argv argv ? argv.words() : List.<String>of();
        var shed = spec.container().shed().value();
        var listing = listings.getOrDefault(shed, "");
        if (words.contains("shed-sessions")) {
            return Optional.of(FakeProcess.printing(listing, "", 0));
        }
        if (words.contains("show")) {
            var pane = listing.substring(listing.indexOf("pane\t"));
            return Optional.of(FakeProcess.printing(pane + "screen\n" + screens.getOrDefault(shed, ""), "", shown));
        }
        return Optional.empty();
    }

    /// A question as a hook has written it.
    private static String asked(String id, String detail, String options, long since) {
        return "question\t71\t" + id + "\t80\t7\t\t{\"version\":1,\"id\":\"" + id
                + "\",\"agent\":\"claude\",\"pid\":80,\"procStart\":\"7\",\"kind\":\"permission\",\"title\":\"Bash\","
                + "\"detail\":\"" + detail + "\",\"options\":" + options + ",\"since\":" + since + "}\n";
    }

    private String id(String line) throws Exception {
        return JSON.readTree(caller.lobby("inbox --json").out())
                .at("/questions/" + line + "/id")
                .asText();
    }

    @Test
    void anEmptyInboxIsASuccess() {
        assertThat(caller.lobby("inbox")).isEqualTo(new Caller.Outcome(0, "ID  SHED  SESSION  AGENT  SINCE\n", ""));
        assertThat(caller.lobby("inbox --json").out())
                .isEqualTo("{\"questions\":[],\"time\":\"2026-01-25T12:00:00Z\"}\n");
    }

    @Test
    void questionsOfAllShedsAreListedTheOldestFirst() throws Exception {
        listings.put("demo", CLAUDE + asked("question1", "touch x", "[\"Yes\",\"No\"]", 1_769_342_280_000L));
        listings.put("other", CLAUDE + asked("question2", "make", "[]", 1_769_335_200_000L));

        assertThat(caller.lobby("inbox").out()).isEqualTo("""
            ID          SHED   SESSION  AGENT        SINCE
            %s  other  agent    claude-code  2h ago
              Bash: make
            %s  demo   agent    claude-code  2m ago
              Bash: touch x
              1 Yes, 2 No
            """.formatted(id("0"), id("1")));
        assertThat(caller.at("demo", "inbox --json").out())
                .isEqualTo("{\"questions\":[{\"id\":\"" + id("1") + "\",\"shed_name\":\"demo\",\"session\":\"agent\","
                        + "\"pane\":\"%5\",\"agent\":\"claude-code\",\"kind\":\"permission\",\"title\":\"Bash\","
                        + "\"detail\":\"touch x\",\"options\":[\"Yes\",\"No\"],\"since\":\"2026-01-25T11:58:00Z\","
                        + "\"source\":\"hook\"}],\"time\":\"2026-01-25T12:00:00Z\"}\n");
    }

    @Test
    void onAPhoneNoIdIsCutAndTheQuestionCanBeRead() throws Exception {
        listings.put(
                "demo",
                CLAUDE + asked("question1", "rm -rf /workspace/a-rather-long-name and more", "[]", 1_769_342_280_000L));

        var shown = caller.narrow("40").lobby("inbox").out();

        assertThat(shown).isEqualTo("""
            ID          SHED  SESSION  SINCE
            %s  demo  agent    2m ago
              Bash: rm -rf
              /workspace/a-rather-long-name and more
            """.formatted(id("0")));
        assertThat(caller.narrow("25").lobby("inbox").out().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(25))
                .contains(id("0") + "  demo  agent");
    }

    @Test
    void aDialogOfAnAgentWithoutAHookIsListedAsItsScreenShowsIt() {
        listings.put("demo", CLAUDE + WAITS);
        screens.put("demo", DIALOG);

        assertThat(caller.lobby("inbox").out()).contains("""
              permission prompt: Bash command touch /workspace/x Do you want to proceed?
              1 Yes, 2 No (esc)
            """);
        assertThat(caller.lobby("inbox --json").out()).contains("\"source\":\"record\"", "\"pane\":\"%5\"");
    }

    /// It asks all the same.
    @Test
    void aShedThatIsTooSlowToShowADialogIsNamedAndHidesNoQuestion() throws Exception {
        var file = CLAUDE.replace("agent", "file")
                .replace("%5", "%6")
                .replace("71\t", "72\t")
                .replace("$3", "$4");
        listings.put(
                "demo",
                CLAUDE
                        + WAITS
                        + file
                        + asked("question1", "touch x", "[]", 1_769_342_280_000L)
                                .replace("question\t71", "question\t72"));
        screens.put("demo", DIALOG);
        assertThat(JSON.readTree(caller.lobby("inbox --json").out()).get("questions"))
                .hasSize(2);

        for (int status : new int[] {6, 137}) {
            shown = status;
            for (var outcome : List.of(caller.lobby("inbox"), caller.at("demo", "inbox"))) {
                assertThat(outcome.status()).isEqualTo(75);
                assertThat(outcome.out()).contains("Bash: touch x").doesNotContain("permission prompt");
                assertThat(outcome.err())
                        .isEqualTo("shed: demo: shed 'demo' is not ready:"
                                + " it is too slow to show what its agents ask\n");
            }
        }
        assertThat(caller.lobby("inbox --json").out()).contains("\"errors\":[{\"shed_name\":\"demo\"");
        listings.put("demo", CLAUDE + WAITS);
        assertThat(caller.at("demo", "inbox").err()).contains("too slow to show what its agents ask");
    }

    @Test
    void theIdOfADialogIsThatOfThisDialogOnly() throws Exception {
        listings.put("demo", CLAUDE + WAITS);
        screens.put("demo", DIALOG);
        var first = id("0");
        assertThat(id("0")).isEqualTo(first).matches("[0-9a-hjkmnp-tv-z]{10}");

        screens.put("demo", DIALOG.replace("│ Bash", "⠋ Bash"));
        assertThat(id("0")).as("a spinner turns").isEqualTo(first);
        screens.put("demo", DIALOG.replace("workspace/x", "workspace/y"));
        assertThat(id("0")).as("another command").isNotEqualTo(first);
        screens.put("demo", DIALOG.replace("❯ 1", "  1").replace("  2", "❯ 2"));
        assertThat(id("0")).as("another choice").isNotEqualTo(first);
        screens.put("demo", DIALOG);
        listings.put("demo", CLAUDE + WAITS.replace("1769342280000", "1769342290000"));
        assertThat(id("0")).as("asked later").isNotEqualTo(first);
        listings.put("demo", CLAUDE.replace("\t80\t7", "\t81\t9") + WAITS.replace("\t7\t", "\t7\t"));
        assertThat(id("0")).as("by another process").isNotEqualTo(first);
    }

    /// A program may write another question into the file with which it has asked one.
    @Test
    void theIdOfAFileIsThatOfThisQuestionOnly() throws Exception {
        listings.put("demo", CLAUDE + asked("question1", "touch x", "[\"Yes\"]", 1_769_342_280_000L));
        var first = id("0");
        assertThat(id("0")).isEqualTo(first);

        listings.put("demo", CLAUDE + asked("question1", "touch y", "[\"Yes\"]", 1_769_342_280_000L));
        assertThat(id("0")).as("another command").isNotEqualTo(first);
        listings.put("demo", CLAUDE + asked("question1", "touch x", "[\"No\"]", 1_769_342_280_000L));
        assertThat(id("0")).as("another option").isNotEqualTo(first);
        listings.put("demo", CLAUDE + asked("question1", "touch x", "[\"Yes\"]", 1_769_342_290_000L));
        assertThat(id("0")).as("asked later").isNotEqualTo(first);
        assertThat(caller.lobby("approve " + first).status()).isEqualTo(75);
    }

    /// It may stop after the sheds were listed, and before it is asked.
    @Test
    void aShedThatHasStoppedOrIsGoneHasNoQuestions() {
        listings.put("demo", CLAUDE + asked("question1", "touch x", "[]", 1_769_342_280_000L));
        for (var end : List.of(Failure.shedStopped("other"), Failure.shedNotFound("other"))) {
            runtime.in("other", _ -> {
                throw new ShedException(end);
            });
            assertThat(caller.lobby("inbox").status()).isZero();
            assertThat(caller.lobby("approve 0000000000").err())
                    .contains("there is no such question, or it is answered already")
                    .doesNotContain("not every shed");
        }
    }

    /// As in the picker.
    @Test
    void onATerminalWithColoursTheStatusIsYellowWhereSomebodyIsNeeded() {
        listings.put("demo", CLAUDE + asked("question1", "touch x", "[]", 1_769_342_280_000L));
        var yellow = "\u001b[33mneeds-approval, detached\u001b[0m";
        assertThat(caller.lobby("sessions").out()).contains("needs-approval").doesNotContain("\u001b");
        assertThat(caller.on("xterm", "").lobby("sessions").out()).contains("    " + yellow + "    ");
        assertThat(caller.on("xterm", "").lobby("sessions --json").out()).doesNotContain("\u001b");
        assertThat(caller.on("dumb", "").lobby("sessions").out()).doesNotContain("\u001b");
        assertThat(caller.on("xterm", "1").lobby("sessions").out()).doesNotContain("\u001b");
        listings.put("demo", CLAUDE);
        assertThat(caller.on("xterm", "").lobby("sessions").out()).doesNotContain("\u001b");
    }

    @Test
    void whatIsNotASeenShedsQuestionIsNotListed() {
        listings.put("demo", CLAUDE + asked("question1", "touch x", "[]", 1_769_342_280_000L));
        listings.put("other", CLAUDE + asked("question2", "make", "[]", 1_769_335_200_000L));

        assertThat(caller.as(Role.VIEWER, "demo").lobby("inbox").out())
                .contains("touch x")
                .doesNotContain("other");
        assertThat(caller.at("other", "inbox").err()).contains("there is no shed 'other'");
        assertThat(caller.lobby("inbox other").status()).isEqualTo(66);
    }

    @Test
    void aShedThatDoesNotAnswerHidesNoQuestionOfAnother() {
        listings.put("demo", CLAUDE + asked("question1", "touch x", "[]", 1_769_342_280_000L));
        runtime.in("other", _ -> FakeProcess.printing("", "broken\n", 1));

        var outcome = caller.lobby("inbox");

        assertThat(outcome.status()).isEqualTo(75);
        assertThat(outcome.out()).contains("touch x");
        assertThat(outcome.err()).isEqualTo("shed: other: shed 'other' is not ready: tmux says: broken\n");
        assertThat(caller.lobby("inbox --json").out()).contains("\"errors\":[{\"shed_name\":\"other\"");
        assertThat(caller.at("other", "inbox").status()).isEqualTo(75);
    }

    @Test
    void hostileTextMovesNoCursorAndForgesNoLine() {
        var hostile = "\\u001b[2J\\nID  evil\\u202e" + "x".repeat(5000);
        listings.put("demo", CLAUDE + asked("question1", hostile, "[\"\\u0007\"]", 1_769_342_280_000L));

        var shown = caller.lobby("inbox").out();

        assertThat(shown).doesNotContain("\u001b", "\u202e", "\u0007").hasSizeLessThan(1500);
        assertThat(shown.lines().filter(line -> line.startsWith("ID"))).hasSize(1);
    }
}
