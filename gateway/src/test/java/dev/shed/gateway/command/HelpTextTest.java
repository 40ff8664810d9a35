package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.FakeRuntime;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// The help of each verb, at each width.
class HelpTextTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {55, 64, 80, 93, 100})
    void noLineEndsInsideAWord(int columns) {
        assertThat(new Caller(new FakeRuntime(), directory).table().entries()).allSatisfy(entry -> {
            var verb = entry.command().get();
            var words = new CommandLine(verb)
                    .getCommandSpec().args().stream()
                            .flatMap(argument -> Stream.of(argument.description()))
                            .flatMap(text -> Arrays.stream(
                                    text.replace("$$", "$").replace("%%", "%").split(" ")))
                            .toArray(String[]::new);

            assertThat(Grammar.help(verb, columns).split("\\s+")).contains(words);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"answer", "deny", "send", "rename"})
    void noArgumentHasDoubledBrackets(String name) {
        assertThat(new Caller(new FakeRuntime(), directory)
                        .lobby(name + " --help")
                        .out())
                .doesNotContain("[[");
    }
}
