package dev.shed.cli.complete;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.complete.Candidates.Word;
import dev.shed.cli.verb.Verbs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What belongs where the cursor is.
class CompleterTest {
    private static Candidates wanted(String line) {
        return Completer.candidates(List.of(line.split(" ", -1)), Verbs::find);
    }

    private static List<String> words(String line) {
        return wanted(line) instanceof Candidates.Words(var words)
                ? words.stream().map(Word::text).toList()
                : List.of();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attach ",
                "attach -S x ",
                "attach --new my",
                "peek ",
                "exec -C /tmp ",
                "exec -- ",
                "events ",
                "forward "
            })
    void aShed(String line) {
        assertThat(wanted(line)).isEqualTo(new Candidates.Sheds(""));
    }

    @ParameterizedTest
    @CsvSource({
        "kill my ",
        "attach my -S ",
        "sessions kill my ",
        "rename my ",
        "peek --lines 5 my x",
        "attach my ",
        "attach --new my x",
        "peek my -S ",
        "exec --session x my -S "
    })
    void aSessionOfTheShedBeforeIt(String line) {
        assertThat(wanted(line.endsWith("x") ? line : line.stripTrailing() + " "))
                .isEqualTo(new Candidates.Sessions("my"));
    }

    @Test
    void ofTheServerThatIsNamed() {
        assertThat(wanted("attach -s work ")).isEqualTo(new Candidates.Sheds("work"));
        assertThat(wanted("attach --server=work ")).isEqualTo(new Candidates.Sheds("work"));
        assertThat(wanted("kill --server work my ")).isEqualTo(new Candidates.Sessions("work/my"));
        assertThat(wanted("attach my -s work -S ")).isEqualTo(new Candidates.Sessions("work/my"));
        assertThat(wanted("forward -s work my ")).isEqualTo(new Candidates.Ports("work/my"));
        assertThat(wanted("exec -s ")).isEqualTo(new Candidates.Servers());
        assertThat(wanted("approve -s work ")).isEqualTo(new Candidates.Questions("work"));
        assertThat(wanted("deny ")).isEqualTo(new Candidates.Questions(""));
    }

    @Test
    void aValueThatAnOptionTakes() {
        assertThat(words("open my --editor ")).containsExactly("code", "cursor", "zed", "idea");
        assertThat(words("wait my --until "))
                .containsExactly("idle", "bell", "exit", "match", "needs-me", "done", "failed");
        assertThat(words("wait my --for ")).isEmpty();
    }

    @Test
    void aServer() {
        assertThat(wanted("server remove ")).isEqualTo(new Candidates.Servers());
        assertThat(wanted("list --server ")).isEqualTo(new Candidates.Servers());
        assertThat(wanted("list --server=h")).isEqualTo(new Candidates.Value("--server=", new Candidates.Servers()));
    }

    @Test
    void aPort() {
        assertThat(wanted("forward my ")).isEqualTo(new Candidates.Ports("my"));
        assertThat(wanted("forward my 80 ")).isEqualTo(new Candidates.Ports("my"));
    }

    @Test
    void aVerb() {
        assertThat(wanted("at")).isEqualTo(new Candidates.Verbs());
        assertThat(wanted("help ")).isEqualTo(new Candidates.Verbs());
        assertThat(words("server ")).contains("add", "remove", "set-default");
        assertThat(words("completion ")).containsExactly("bash", "zsh", "fish");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sessions ", "sessions k", "help sessions "})
    void theSecondWordOfAVerb(String line) {
        var candidates = wanted(line) instanceof Candidates.Either(var first, var _) ? first : wanted(line);
        assertThat(candidates)
                .isEqualTo(new Candidates.Words(List.of(new Word("kill", "End a session, or forget a resumable one"))));
    }

    @Test
    void aShedOfWhichToListSessions() {
        assertThat(wanted("sessions ")).isInstanceOf(Candidates.Either.class);
        assertThat(((Candidates.Either) wanted("sessions ")).second()).isEqualTo(new Candidates.Sheds(""));
        assertThat(wanted("sessions --json ")).isEqualTo(new Candidates.Sheds(""));
        assertThat(wanted("help list ")).isEqualTo(Candidates.NOTHING);
    }

    @Test
    void optionsThatAreNotThereYet() {
        assertThat(words("attach --new -"))
                .contains("--session", "--read-only", "--help")
                .doesNotContain("--new");
        assertThat(words("server add -")).contains("--fingerprint");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec my ls -",
                "exec my ls ",
                "exec my -- l",
                "attach my+x --session ",
                "nosuch ",
                "attach my x y",
                "attach my+x y",
                "attach my -S x ",
                "peek my --session=x ",
                "run my -S ",
                "send my -S s text",
                "send my -S s text -",
                "rename my --session x n",
                "attach -- -",
                "kill ",
                "send my s text ",
                "send my s text -",
                "send my+s text ",
                "send my+s text -",
                "list --nosuch=x",
                "create "
            })
    void nothing(String line) {
        assertThat(wanted(line)).isIn(Candidates.NOTHING, new Candidates.Sheds(""));
        assertThat(words(line)).isEmpty();
    }

    @Test
    void aMeaningIsTheFirstSentence() {
        assertThat(Line.meaning("Do it. Then 100%% more.")).isEqualTo("Do it");
        assertThat(Line.meaning()).isEmpty();
    }
}
