package dev.shed.gateway.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `approve`, `deny` and `answer`, in a shed that lists one question.
class AnsweringVerbsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String CLAUDE = """
        session\t1769335200\tagent\tclaude\t/workspace\t✳\t@0//1 1769335200* \t\tclaude\t
        pane\t71\t-\t$3\tagent\t%5\t0\t\t\tclaude\t✳
        process\t71\tclaude\t80\t7
        """;

    private static final String WAITS =
            "record\t71\t7\t{\"procStart\":\"7\",\"status\":\"waiting\",\"waitingFor\":\"permission prompt\","
                    + "\"statusUpdatedAt\":1769342280000}\n";

    private static final String DIALOG = """
         Bash command
           touch /workspace/x
         ❯ 1. Yes
           2. No (esc)
        """;

    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime();

    /// What was given to the shed: the words behind the name of the script, and what came on stdin.
    private final List<String> given = new CopyOnWriteArrayList<>();

    private String listing = "";
    private String screen = "";

    /// How the next answer ends in the shed.
    private int status;

    private String said = "";

    /// How the script ends that shows the pane, and how often it has ended well before.
    private int shownStatus;

    private int shownWell = Integer.MAX_VALUE;
    private Caller caller;

    @BeforeEach
    void call() {
        caller = new Caller(runtime, directory);
        FakeChannel.TYPED.clear();
        runtime.with("demo").with("other").programs(this::program);
    }

    private Optional<ContainerProcess> program(ExecSpec spec) {
        var words = spec.program() instanceof Program.Argv argv ? argv.words() : List.<String>of();
        boolean demo = spec.container().shed().value().equals("demo");
        if (words.contains("shed-sessions")) {
            return Optional.of(FakeProcess.printing(demo ? listing : "", "", 0));
        }
        if (words.contains("show")) {
            return Optional.of(FakeProcess.printing(shown(), "", shownWell-- > 0 ? 0 : shownStatus));
        }
        if (words.contains("shed-answer")) {
            return Optional.of(taking(words.subList(words.indexOf("shed-answer") + 1, words.size())));
        }
        return words.contains("press")
                ? Optional.of(taking(words.subList(words.indexOf("press") + 1, words.size() - 1)))
                : Optional.empty();
    }

    private String shown() {
        return listing.substring(listing.indexOf("pane\t")) + "screen\n" + screen;
    }

    private FakeProcess taking(List<String> words) {
        return new FakeProcess((_, streams) -> {
            given.add(String.join(" ", words) + " < " + new String(streams.in().readAllBytes(), UTF_8));
            streams.print(said);
            return ExitStatus.of(status);
        });
    }

    private void asksInAFile() {
        listing = CLAUDE + "question\t71\tquestion1\t80\t7\t\t{\"version\":1,\"id\":\"question1\",\"agent\":\"claude\","
                + "\"pid\":80,\"procStart\":\"7\",\"kind\":\"permission\",\"title\":\"Bash\",\"detail\":\"touch x\","
                + "\"options\":[\"Yes\",\"No\"],\"since\":1769342280000}\n";
    }

    private void asksOnItsScreen() {
        listing = CLAUDE + WAITS;
        screen = DIALOG;
    }

    private static List<String> typed() {
        return List.copyOf(FakeChannel.TYPED);
    }

    private String id() throws Exception {
        return JSON.readTree(caller.at("demo", "inbox --json").out())
                .at("/questions/0/id")
                .asText();
    }

    private static String outcome(String id) {
        return FakeChannel.ANSWERED.stream()
                .filter(answered -> answered.id().equals(id))
                .map(answered -> answered.shed() + "+" + answered.session() + " " + answered.kind() + " "
                        + answered.question() + ": " + answered.outcome())
                .reduce("", (before, next) -> next);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "approve ID, approved, `\"decision\":\"allow\"`",
                "deny ID, denied, `\"decision\":\"deny\"`",
                "deny ID -- not \"'here'\", denied, `\"decision\":\"deny\",\"text\":\"not 'here'\"`",
                "answer ID --option 2, answered, `\"decision\":\"option\",\"option\":2`",
                "answer ID use \"'a\u001b b'\", answered, `\"decision\":\"option\",\"text\":\"use 'a\\u001B b'\"`",
            })
    void aHookGetsTheAnswerThatWasGiven(String line, String word, String decision) throws Exception {
        asksInAFile();
        var id = id();

        var outcome = caller.as(Role.RESPONDER).lobby(line.replace("ID", id));

        assertThat(outcome).isEqualTo(new Caller.Outcome(0, word + " demo+agent: Bash: touch x\n", ""));
        assertThat(given).containsExactly("question1 80 7 < {\"version\":1,\"id\":\"question1\"," + decision + "}");
        assertThat(outcome(id)).isEqualTo("demo+agent " + line.split(" ", 2)[0] + " Bash: touch x: done");
        assertThat(typed()).containsExactly("demo+agent");
    }

    @ParameterizedTest
    @CsvSource({
        "3, , STALE, it is answered already",
        "5, , STALE, has not taken the answer",
        "6, no\u001b such option, SESSION_NOT_READY, cannot give this answer: no such option",
        "4, , SHED_NOT_READY, could not be written",
        "127, , TOOL_MISSING, 'sh'",
    })
    void anAnswerThatAHookDoesNotGetIsAFailure(int code, String words, String failure, String message)
            throws Exception {
        asksInAFile();
        var id = id();
        status = code;
        said = Optional.ofNullable(words).orElse("");

        var outcome = caller.lobby("approve " + id);

        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains(message).doesNotContain("\u001b");
        assertThat(outcome(id)).isEqualTo("demo+agent approve Bash: touch x: " + failure);
        assertThat(typed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"approve, 0d", "deny, 1b"})
    void aDialogGetsItsKeyOnce(String verb, String key) throws Exception {
        asksOnItsScreen();
        var id = id();

        assertThat(caller.at("demo", verb + " " + id).status()).isZero();
        assertThat(caller.at("demo", verb + " " + id).err()).contains("it is answered already");

        assertThat(given).hasSize(1);
        assertThat(given.getFirst())
                .startsWith((char) Integer.parseInt(key, 16) + " < ")
                .endsWith(shown().strip());
    }

    @Test
    void aDialogThatChangesMeanwhileGetsNoKey() throws Exception {
        asksOnItsScreen();
        var id = id();
        status = 3;
        assertThat(caller.lobby("approve " + id).err()).contains("question '" + id + "' was not answered");

        given.clear();
        screen = DIALOG.replace("workspace/x", "workspace/y");
        assertThat(caller.lobby("approve " + id).err()).contains("there is no such question");
        assertThat(given).isEmpty();
    }

    /// Whether it stands is not known: nothing is typed, and it can be answered later.
    @ParameterizedTest
    @CsvSource({"0, 'not every shed could be asked', STALE", "1, 'too slow to show', SHED_NOT_READY"})
    void aDialogThatASlowShedDoesNotShowGetsNoKeyYet(int looks, String why, String code) throws Exception {
        asksOnItsScreen();
        var id = id();
        shownStatus = 6;
        shownWell = looks;

        var outcome = caller.lobby("approve --json " + id);

        assertThat(outcome.status()).isEqualTo(75);
        assertThat(outcome.out() + outcome.err()).contains(why, code);
        assertThat(given).isEmpty();
        shownWell = Integer.MAX_VALUE;
        assertThat(caller.lobby("approve " + id).status()).isZero();
    }

    @Test
    void whatASlowShedDoesNotCompareGetsNoKeyYet() throws Exception {
        asksOnItsScreen();
        var id = id();
        status = 6;
        assertThat(caller.lobby("approve " + id).err()).contains("too slow to show whether that question stands");
        status = 0;
        assertThat(caller.lobby("approve " + id).status()).isZero();
    }

    @Test
    void aKeyWithoutEffectIsTold() throws Exception {
        asksOnItsScreen();
        status = 5;
        var id = id();
        assertThat(caller.lobby("approve " + id).out()).endsWith("; its screen has not changed\n");
        assertThat(outcome(id)).endsWith(": done");
    }

    @Test
    void anAnswerWithoutAKnownKeyIsRefusedAndAnotherOneIsStillPossible() throws Exception {
        asksOnItsScreen();
        var id = id();

        assertThat(caller.lobby("deny " + id + " in words").err()).contains("no key is known");
        assertThat(given).isEmpty();
        assertThat(caller.lobby("approve " + id).status()).isZero();
    }

    /// Gemini CLI asks for a permission and a question in the same way. A responder may look, and press no keys.
    @ParameterizedTest
    @ValueSource(strings = {"approve ID", "deny ID", "answer ID --option 1"})
    void aQuestionOfGeminiIsAnsweredInItsDialog(String line) throws Exception {
        listing = CLAUDE.replace("claude\t✳", "node\t✋  Action Required (proj)")
                .replace("71\tclaude\t80", "71\tnode\u001f/usr/local/bin/gemini\t80");
        screen = " Which colour?\n ● 1. red\n   2. green\n";
        var id = id();

        assertThat(caller.as(Role.RESPONDER).lobby(line.replace("ID", id)).err())
                .endsWith("choose it in the dialog\nTry:\n  ssh -s demo+agent@HOST peek\n");
        assertThat(caller.as(Role.USER).lobby(line.replace("ID", id)))
                .isEqualTo(new Caller.Outcome(75, "", """
                    shed: question '%s' was not answered: no key is known that gives this answer to gemini; \
                    choose it in the dialog
                    Try:
                      ssh -s demo+agent@HOST peek
                      ssh -s demo+agent@HOST "send --key down"
                      ssh -s demo+agent@HOST "send --key enter"
                      ssh -s demo+agent@HOST "send --key escape"
                      ssh demo+agent@HOST
                    """.formatted(id)));
        assertThat(given).isEmpty();
    }

    @Test
    void anIdAnswersNothingInAnotherShedNorForWhoMayNot() throws Exception {
        asksInAFile();
        var id = id();

        assertThat(caller.at("other", "approve " + id).err()).contains("there is no such question");
        assertThat(caller.lobby("approve question1").err()).contains("there is no such question");
        assertThat(caller.as(Role.RESPONDER, "other").lobby("approve " + id).err())
                .contains("there is no such question");
        assertThat(caller.as(Role.RESPONDER, "other")
                        .at("demo", "approve " + id)
                        .err())
                .contains("there is no shed 'demo'");
        assertThat(caller.as(Role.VIEWER).lobby("approve " + id).status()).isEqualTo(77);
        assertThat(caller.as(Role.VIEWER).at("demo", "deny " + id).status()).isEqualTo(77);
        assertThat(given).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "approve",
        "approve ID text",
        "deny",
        "answer ID",
        "answer ID --option 0",
        "answer ID --option 17",
        "answer ID --option x",
        "answer ID --option 1 text",
    })
    void aWrongCallAnswersNothing(String line) throws Exception {
        asksInAFile();
        assertThat(caller.lobby(line.replace("ID", id())).status()).isEqualTo(64);
        assertThat(given).isEmpty();
    }

    @Test
    void aTextThatNoHookReadsIsRefused() throws Exception {
        asksInAFile();
        assertThat(caller.lobby("deny " + id() + " " + "ä".repeat(1025)).err()).contains("longer than 2048 bytes");
        assertThat(given).isEmpty();
        assertThat(caller.lobby("deny " + id() + " " + "ä".repeat(1024)).status())
                .isZero();
    }
}
