package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `scripts/graph` holds what it says it holds.
class GraphTest {
    private static final Path PROJECT = Path.of(System.getProperty("shed.project", ".."));

    @Test
    void aGraphWithoutCyclesIsPrintedFromTheTop() throws IOException {
        var result = graph("main task", "task base", "main base", "base");
        assertThat(result.status()).isZero();
        assertThat(result.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly("g 2 main base task", "g 1 task base", "g 0 base");
    }

    @Test
    void aCycleFailsAndIsNamed() throws IOException {
        var result = graph("main task", "task link", "link worker", "worker task", "task base");
        assertThat(result.status()).isOne();
        assertThat(result.err())
                .contains("a cycle of 3: link task worker", "task -> link", "worker -> task")
                .doesNotContain("main ->", "-> base");
    }

    @Test
    void aPackageOfTooManyTypesFailsUnlessItIsTheVerbs() throws IOException {
        assertThat(graph("shed text", "=shed 24", "=text 3", "command", "=command 80")
                        .status())
                .isZero();
        var result = graph("shed text", "=shed 25");
        assertThat(result.status()).isOne();
        assertThat(result.err()).contains("shed has 25 types");
    }

    @Test
    void nothingIsNoGraph() throws IOException {
        assertThat(graph().status()).isOne();
    }

    @Test
    void thePorterHasNoCycle() throws IOException {
        var result = Run.run(List.of(PROJECT.resolve("scripts/graph").toString(), "c"));
        assertThat(result.orFail()).contains("main", "supervisor", "base");
    }

    private static Run.Result graph(String... lines) throws IOException {
        var script = PROJECT.resolve("scripts/lib/graph.py").toString();
        return Run.run(
                Run.builder("python3", "-B", script, "g", "25"),
                String.join("\n", lines).getBytes(UTF_8));
    }
}
