package dev.shed.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What fuzzing has kept: inputs of every kind that is known, and those that once broke something. `scripts/fuzz` looks
/// for more.
class FuzzCorpusTest {
    /// Far more than any input needs, on a machine that is busy.
    private static final Duration LIMIT = Duration.ofSeconds(5);

    static Stream<Arguments> inputs() {
        return FuzzTarget.all().stream()
                .flatMap(target -> files(target).stream().map(file -> Arguments.of(target, file)));
    }

    private static List<Path> files(FuzzTarget target) {
        try (var files = Files.list(target.corpus())) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new AssertionError("no corpus: " + target.corpus(), e);
        }
    }

    @Test
    void eachTargetHasACorpusAndIsKnownToTheScript() throws IOException {
        var script = Files.readString(Path.of("..", "scripts", "fuzz"));
        for (var target : FuzzTarget.all()) {
            assertThat(files(target)).as(target.name()).hasSizeGreaterThan(5);
            var type = target.type().getName().substring("dev.shed.gateway.".length());
            assertThat(script).contains("[" + target.name() + "]=" + type + "\n");
        }
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void noKeptInputBreaksAnything(FuzzTarget target, Path file) throws IOException {
        var input = Files.readAllBytes(file);
        assertTimeoutPreemptively(LIMIT, () -> target.body().run(input), file::toString);
    }
}
