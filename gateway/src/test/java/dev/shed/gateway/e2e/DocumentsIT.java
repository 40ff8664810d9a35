package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// README.md and docs/*.md are followed with a real gateway, engine, ssh and client: every block
/// that is not marked runs, and answers as it is shown. [DocumentsTest] has what needs no
/// gateway.
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class DocumentsIT {
    private static DocumentGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = DocumentGateway.start();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    static List<String> documents() {
        return Documents.names().stream()
                .filter(name -> Documents.blocks(name).stream()
                        .anyMatch(block -> block.notRun().isEmpty()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("documents")
    @Execution(ExecutionMode.CONCURRENT)
    void whatADocumentShowsIsTrue(String document) throws Exception {
        try (var reader = DocumentReader.of(gateway)) {
            var runner = reader.runner();
            var wrong = new SoftAssertions();
            for (var block : Documents.blocks(document)) {
                wrong.assertThat(runner.complaint(block)).as("%s", block).isEmpty();
            }
            wrong.assertAll();
        }
    }

    @Test
    void anExampleThatIsBrokenOnPurposeIsFound() throws Exception {
        var right = Documents.blocks("README.md").stream()
                .filter(block -> block.lines().contains("killed demo+debug"))
                .findFirst()
                .orElseThrow();
        var broken = right.with(right.lines().stream()
                .map(line -> line.replace("killed demo+debug", "killed debug"))
                .toList());
        try (var reader = DocumentReader.of(gateway)) {
            var runner = reader.runner();
            assertThat(runner.complaint(Documents.blocks("README.md").get(2))).isEmpty();
            assertThat(runner.complaint(broken))
                    .get()
                    .asString()
                    .containsPattern("kill answers\nkilled demo-\\w+\\+debug\n")
                    .doesNotContain("peek answers");
        }
    }
}
