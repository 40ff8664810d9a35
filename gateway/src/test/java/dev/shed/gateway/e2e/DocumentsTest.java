package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every block of the documents is run by [DocumentsIT], or says why it is not; and that test finds what is broken.
@Timeout(60)
class DocumentsTest {
    private static final Pattern TESTED_BY = Pattern.compile("\\b(\\w+(?:IT|Test))\\b|(scripts/[a-z-]+)");

    @TempDir
    private Path directory;

    static List<DocumentBlock> blocks() {
        return Documents.names().stream()
                .flatMap(name -> Documents.blocks(name).stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void everyBlockIsUnderstood(DocumentBlock block) throws IOException {
        assertThat(block.objection()).isEmpty();
        for (var test : TESTED_BY.matcher(block.notRun().orElse("")).results().toList()) {
            var name = test.group();
            try (var files =
                    Files.walk(Documents.PROJECT.resolve(test.group(1) == null ? "scripts" : "gateway/src/test"))) {
                assertThat(files.map(Path::toString))
                        .as(block + " is tested by " + name)
                        .anyMatch(file -> file.endsWith("/" + name) || file.endsWith("/" + name + ".java"));
            }
        }
    }

    /// A mark for everything would make the test worthless.
    @Test
    void mostBlocksRun() {
        assertThat(blocks().stream().filter(block -> block.notRun().isEmpty()).count())
                .isGreaterThanOrEqualTo(blocks().size() / 2);
    }

    private DocumentRunner runner() {
        var seat = new Seat() {
            @Override
            public Path path(String name) {
                return directory.resolve(name);
            }

            @Override
            public ProcessBuilder program(String... words) {
                return Run.builder(words).directory(directory.toFile());
            }
        };
        return new DocumentRunner(
                seat,
                new DocumentRunner.Names(
                        UnaryOperator.identity(), UnaryOperator.identity(), directory.resolve("audit.log")));
    }

    private Optional<String> complaint(String text) throws Exception {
        return runner().complaint(DocumentBlock.of("a.md", text).getFirst());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```console\n$ (exit 7); echo $?\n7\n$ echo 7\n7\n$ true    # says nothing\n```",
                "```console\n$ echo yv3ajd2d4v\n0a0a0a0a0a\n$ echo 0a0a0a0a0a\nyv3ajd2d4v\n```",
                "<!-- run before: echo 1 >file -->\n<!-- run after: rm file -->\n```sh\ntest -e file    # there\n```",
                "```yaml\nlisten:\n  port: 2222\n```",
                "```ssh-config\nHost gw\n  Port 2222\n```",
                "```authorized_keys\n# all\nrole=\"user\" ssh-ed25519 AAAA… me\n```",
                "```json\n{\"event\":\"x\",\"time\":\"then\"}\n```",
                "<!-- not run: it is a drawing -->\n```text\n--->\n```"
            })
    void whatIsRightIsRight(String text) throws Exception {
        Files.writeString(directory.resolve("audit.log"), "{\"time\":\"now\",\"event\":\"x\"}\n{\"event\":\"y\"}\n");
        assertThat(complaint(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```\necho\n```",
                "```python\nprint()\n```",
                "```text\n--->\n```",
                "<!-- not run:  -->\n```sh\nfalse\n```",
                "<!-- run never: nothing -->\n```sh\ntrue\n```",
                "<!-- not run: the mark is of another block -->\n\n```sh\nfalse\n```",
                "<!-- run before: false -->\n```sh\ntrue\n```",
                "```console\n$ echo 7\n8\n```",
                "```console\n$ echo 7; echo 8\n7\n```",
                "```console\n$ echo 7\n7\n8\n```",
                "```console\n$ echo wrong >&2; echo 7\n7\n```",
                "```console\n$ false\n```",
                "```console\nno prompt\n```",
                "```sh\nfalse\ntrue\n```",
                "```sh\nfalse | true\n```",
                "```sh\necho words    with prose that is none of $THE_COMMAND\n```",
                "```yaml\nlisten:\n  prot: 2222\n```",
                "```ssh-config\nHost gw\n  Prot 2222\n```",
                "```authorized_keys\nroll=\"user\" ssh-ed25519 AAAA… me\n```",
                "```json\n{\"event\":\"x\",\"tim\":\"then\"}\n```",
                "```json\n{\"event\":\"z\",\"time\":\"then\"}\n```"
            })
    void whatIsBrokenIsFound(String text) throws Exception {
        Files.writeString(directory.resolve("audit.log"), "{\"time\":\"now\",\"event\":\"x\"}\n");
        assertThat(complaint(text)).isPresent();
    }

    @Test
    void aBlockThatDoesNotEndIsFound() {
        assertThatThrownBy(() -> DocumentBlock.of("a.md", "one\n```sh\ntrue\n"))
                .hasMessage("a.md:2: the block does not end");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo    debug  5m ago | demo-longer-name  debug       just now | false",
                "demo    debug  5m ago | demo  debug       just now             | true",
                "a … c                 | a b b c                                | true",
                "a … c                 | a b b d                                | false",
                "added SHA256:3N1T… me | added SHA256:abc+/9 me                 | true",
                "tmux 3.3a             | tmux 3.5                               | true",
                "tmux 3.3a             | tmux next                              | false",
                "Engine 29.1.2 (API 1) | Engine 20.10.24+dfsg1 (API 1)          | true",
                "line 4: no            | line 17: no                            | true",
                "exit 4                | exit 5                                 | false",
                "at 2026-01-25T10:00:00Z | at 2027-11-01T00:00:01.5Z            | true"
            })
    void widthsAgesAndVersionsAreThoseOfTheDay(String shown, String text, boolean same) {
        assertThat(Shape.matches(List.of(shown), text + "\n", new HashMap<>())).isEqualTo(same);
    }

    @Test
    void anythingMayStandForAnyLines() {
        assertThat(Shape.matches(List.of("a", "…", "b"), "a\nx\ny\nb\n\n", new HashMap<>()))
                .isTrue();
        assertThat(Shape.matches(List.of("…", "b"), "a\nb\nc\n", new HashMap<>()))
                .isFalse();
    }
}
