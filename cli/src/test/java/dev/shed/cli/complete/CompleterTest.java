package dev.shed.cli.complete;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.complete.Wanted.Word;
import dev.shed.cli.verb.Verbs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What belongs where the cursor is.
class CompleterTest {
    private static Wanted wanted(String line) {
        return Completer.wanted(List.of(line.split(" ", -1)), Verbs::find);
    }

    private static List<String> words(String line) {
        return wanted(line) instanceof Wanted.Words(var words)
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
        assertThat(wanted(line)).isEqualTo(new Wanted.Sheds(""));
    }

    @ParameterizedTest
    @CsvSource({
        "kill my ",
        "attach my -S ",
        "sessions kill my ",
        "rename my ",
        "peek --lines 5 my x",
        "exec --session x my -S "
    })
    void aSessionOfTheShedBeforeIt(String line) {
        assertThat(wanted(line.endsWith("x") ? line : line.stripTrailing() + " "))
                .isEqualTo(new Wanted.Sessions("my"));
    }

    @Test
    void ofTheServerThatIsNamed() {
        assertThat(wanted("attach -s work ")).isEqualTo(new Wanted.Sheds("work"));
        assertThat(wanted("attach --server=work ")).isEqualTo(new Wanted.Sheds("work"));
        assertThat(wanted("kill --server work my ")).isEqualTo(new Wanted.Sessions("work/my"));
        assertThat(wanted("attach my -s work -S ")).isEqualTo(new Wanted.Sessions("work/my"));
        assertThat(wanted("forward -s work my ")).isEqualTo(new Wanted.Ports("work/my"));
        assertThat(wanted("exec -s ")).isEqualTo(new Wanted.Servers());
    }

    @Test
    void aValueThatAnOptionTakes() {
        assertThat(words("open my --editor ")).containsExactly("code", "cursor", "zed", "idea");
        assertThat(words("wait my --until ")).containsExactly("idle", "bell", "exit", "match");
        assertThat(words("wait my --for ")).isEmpty();
    }

    @Test
    void aServer() {
        assertThat(wanted("server remove ")).isEqualTo(new Wanted.Servers());
        assertThat(wanted("list --server ")).isEqualTo(new Wanted.Servers());
        assertThat(wanted("list --server=h")).isEqualTo(new Wanted.Value("--server=", new Wanted.Servers()));
    }

    @Test
    void aPort() {
        assertThat(wanted("forward my ")).isEqualTo(new Wanted.Ports("my"));
        assertThat(wanted("forward my 80 ")).isEqualTo(new Wanted.Ports("my"));
    }

    @Test
    void aVerb() {
        assertThat(wanted("at")).isEqualTo(new Wanted.Verbs());
        assertThat(wanted("help ")).isEqualTo(new Wanted.Verbs());
        assertThat(words("server ")).contains("add", "remove", "set-default");
        assertThat(words("completion ")).containsExactly("bash", "zsh", "fish");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sessions ", "sessions k", "help sessions "})
    void theSecondWordOfAVerb(String line) {
        var wanted = wanted(line) instanceof Wanted.Either(var first, var _) ? first : wanted(line);
        assertThat(wanted).isEqualTo(new Wanted.Words(List.of(new Word("kill", "End a session"))));
    }

    @Test
    void aShedOfWhichToListSessions() {
        assertThat(wanted("sessions ")).isInstanceOf(Wanted.Either.class);
        assertThat(((Wanted.Either) wanted("sessions ")).second()).isEqualTo(new Wanted.Sheds(""));
        assertThat(wanted("sessions --json ")).isEqualTo(new Wanted.Sheds(""));
        assertThat(wanted("help list ")).isEqualTo(Wanted.NOTHING);
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
                "attach my x",
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
        assertThat(wanted(line)).isIn(Wanted.NOTHING, new Wanted.Sheds(""));
        assertThat(words(line)).isEmpty();
    }

    @Test
    void aMeaningIsTheFirstSentence() {
        assertThat(Line.meaning("Do it. Then 100%% more.")).isEqualTo("Do it");
        assertThat(Line.meaning()).isEmpty();
    }
}
