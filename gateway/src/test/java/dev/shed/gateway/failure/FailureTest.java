package dev.shed.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

public final class FailureTest {
    /// A paused shed is one that is not ready, nothing is told to an agent that is not resumed, and an answer is input.
    private static final Set<String> SPECIAL_CASES = Set.of("paused", "notResumable", "optionsLost", "notAnswered");

    /// What each factory makes of words that could be anything.
    static List<Failure> failures() {
        return failures(Parameter::getName);
    }

    /// What each factory makes of words.
    ///
    /// @param word what it is told for each of its parameters
    public static List<Failure> failures(Function<Parameter, String> word) {
        return factories().map(factory -> make(factory, word)).toList();
    }

    private static Stream<Method> factories() {
        return Stream.of(Failure.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers())
                        && Modifier.isStatic(method.getModifiers())
                        && method.getReturnType() == Failure.class)
                .filter(method -> Stream.of(method.getParameterTypes()).allMatch(String.class::equals));
    }

    private static Failure make(Method factory, Function<Parameter, String> word) {
        var words = Stream.of(factory.getParameters()).map(word).toArray();
        try {
            return (Failure) factory.invoke(null, words);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(factory + " cannot be called with words", e);
        }
    }

    /// A second factory of a kind has the same name, and is told less; or it is one of the special cases below.
    @Test
    void everyFailureHasACodeOfItsOwnAndEveryCodeAFailure() {
        var kinds = factories()
                .filter(factory -> !SPECIAL_CASES.contains(factory.getName()))
                .collect(Collectors.groupingBy(
                        factory -> make(factory, Parameter::getName).kind(),
                        Collectors.mapping(Method::getName, Collectors.toSet())));

        assertThat(kinds).containsOnlyKeys(Failure.Kind.values());
        assertThat(kinds).allSatisfy((kind, names) -> assertThat(names).hasSize(1));
        assertThat(kinds.values().stream().flatMap(Set::stream)).doesNotHaveDuplicates();
    }

    @Test
    void everyHintIsOneOfItsOwn() {
        assertThat(failures())
                .extracting(Failure::hint)
                .doesNotContain("")
                // "hint": what is known only where it fails
                .filteredOn(hint -> !hint.equals("ssh -s shed@HOST start") && !hint.equals("hint"))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aMessageIsOneLineWithoutControlCharactersAndWithoutFullStop(Failure failure) {
        assertThat(failure.message())
                .isNotEmpty()
                .isEqualTo(FailureText.printable(failure.message()))
                .doesNotEndWith(".");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aStatusIsOneOfSysexitsAndNeverSshsOwn(Failure failure) {
        assertThat(failure.exitStatus().code()).isBetween(64, 79);
        assertThat(failure.code()).matches("[A-Z_]+");
    }

    @Test
    void textIsTheMessageAndATryBlock() {
        assertThat(FailureText.of(Failure.shedNotFound("demo"), "\n")).isEqualTo("""
                shed: there is no shed 'demo'
                Try:
                  ssh shed@HOST list
                  ssh shed@HOST create demo
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "git@github.com:o/r.git, ssh shed@HOST create NAME --repo https://github.com/o/r.git",
        "ssh://git@example.org:2222/o/r.git, --repo https://example.org/o/r.git",
        "example.org:o/r, --repo https://example.org/o/r"
    })
    void aCloneOverSshThatFailedIsShownTheOtherWays(String repository, String form) {
        assertThat(Failure.cloneFailed(repository, "Permission denied (publickey)")
                        .hint())
                .contains(form + "\n", "create.mounts");
    }

    @ParameterizedTest
    @CsvSource({"https://github.com/o/r.git", "/srv/r.git", "file:///srv/r.git"})
    void aCloneThatNeededNoKeyIsNot(String repository) {
        assertThat(Failure.cloneFailed(repository, "not found").hint()).doesNotContain("create.mounts");
    }

    @Test
    void whoWaitedInVainIsShownTheScreen() {
        assertThat(Failure.timedOut("demo", "work", "no output for 3s", "4s").hint())
                .isEqualTo("ssh -s demo+work@HOST peek");
    }

    @Test
    void linesEndAsATerminalNeedsThem() {
        assertThat(FailureText.of(Failure.shedNotFound("demo"), "\r\n")).doesNotContainPattern("[^\r]\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'plain é 漢 🙂', 'plain é 漢 🙂'",
        "'\u0007', '\\x07'",
        "'\u001b[31m', '\\x1b[31m'",
        "'\u009b31m', '\\x9b31m'",
        "'\u007f', '\\x7f'",
        "'\u202e', '\\u202e'",
        "'\u2028', '\\u2028'",
        "'\u200d', '\\u200d'"
    })
    void whatMovesACursorIsEscaped(String given, String shown) {
        assertThat(FailureText.printable(given)).isEqualTo(shown);
    }

    @Test
    void aNameCannotForgeALine() {
        var text = FailureText.of(Failure.invalidName("shed name", "x\nshed: all is well\r", "short"), "\n");
        assertThat(text.lines().toList()).hasSize(3);
        assertThat(text).startsWith("shed: 'x\\nshed: all is well\\r' is not a shed name\n");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "3, 3", "255, 255", "256, 0", "-1, 255"})
    void aStatusIsCutAsWaitDoes(int given, int code) {
        assertThat(ExitStatus.of(given).code()).isEqualTo(code);
    }

    @Test
    void aSignalCountsAs255() {
        assertThat(new ExitStatus.Signalled("KILL", false).code()).isEqualTo(255);
    }
}
