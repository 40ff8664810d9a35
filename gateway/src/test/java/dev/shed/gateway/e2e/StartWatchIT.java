package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A container whose main program ends at once is not said to run: people are told how it ended, and what it said last.
@Execution(ExecutionMode.CONCURRENT)
class StartWatchIT {
    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    /// The program that keeps a shed up does not know what the gateway gives it.
    @Test
    void createMakesNothingOfAnImageThatDoesNotStayUp() throws Exception {
        var shed = gateway.place().newName();
        var image = image(shed, "printf '#!/bin/sh\\necho no $1 here >&2; exit 9\\n' >/usr/bin/sleep");
        try {
            var result = lobby("create " + shed + " --image " + image);

            assertThat(result.status()).as(result.said()).isEqualTo(75);
            // Once, or again for each time that the engine has started it.
            assertThat(result.err())
                    .containsPattern(
                            "its main program ended at once \\(exit 9\\): (no infinity here; )*no infinity here\n");
            assertThat(lobby("list").orFail()).doesNotContain(shed);
            assertThat(Place.docker("volume", "ls", "-q", "--filter", "name=shed-" + shed)
                            .out())
                    .isEmpty();
        } finally {
            Place.docker("image", "rm", "--force", image);
        }
    }

    @Test
    void startAndRestartOfAnAdoptedOneSayWhy() throws Exception {
        var shed = adopt("--restart", "always", "sh", "-c", "echo why; exit 9");

        for (var verb : List.of("start", "restart")) {
            var result = lobby(verb + " " + shed);
            assertThat(result.status()).as(result.said()).isEqualTo(75);
            assertThat(result.err()).matches("(?s).*its main program ended at once \\(exit 9\\): (why; )*why\n.*");
            assertThat(lobby("list").orFail()).containsPattern(shed + " +stopped");
        }
    }

    /// What a program writes to its terminal does nothing on the terminal of whoever is told.
    @Test
    void aLogIsCleanAndShort() throws Exception {
        var shed = adopt(
                "-t",
                "sh",
                "-c",
                "printf 'a\\033[31mred\\033[0m\\007 \\342\\200\\256b\\r\\n\\033]2;title\\007last\\n'; exit 3");

        var result = lobby("start " + shed);
        assertThat(result.err()).contains("(exit 3)").contains("red").contains("last");
        assertThat(result.err().replace("\n", "")).doesNotContainPattern("[\\p{Cntrl}\\x{202e}]");
    }

    @Test
    void aLogOfAHundredMegabytesIsReadFromItsEnd() throws Exception {
        var shed = adopt(
                "sh",
                "-c",
                "[ -e /big ] || head -c 100000000 /dev/zero | tr '\\0' x; touch /big; echo; echo last; exit 4");

        var result = lobby("start " + shed);
        assertThat(result.status())
                .as(result.err().substring(0, Math.min(400, result.err().length())))
                .isEqualTo(75);
        assertThat(result.err()).contains("(exit 4)").contains("; last\n").hasSizeLessThan(2500);
    }

    /// A container that somebody made, and that has ended.
    private static String adopt(String... words) throws Exception {
        var shed = gateway.place().newName();
        int options = words[0].startsWith("-") ? (words[0].equals("-t") ? 1 : 2) : 0;
        var all = new ArrayList<>(List.of("run", "-d", "--name", "shed-" + shed));
        all.addAll(List.of("--user", "root", "--label", "shed=true", "--label", "shed.name=" + shed));
        all.addAll(List.of(words).subList(0, options));
        all.add(Place.IMAGE);
        all.addAll(List.of(words).subList(options, words.length));
        Place.docker(all.toArray(String[]::new)).orFail();
        Place.docker(options == 2 ? "stop" : "wait", "shed-" + shed).orFail();
        return shed;
    }

    private static String image(String name, String line) throws IOException {
        var container = "shed-image-" + name;
        Place.docker("run", "--name", container, "--user", "root", Place.IMAGE, "sh", "-c", line)
                .orFail();
        try {
            Place.docker("commit", "--change", "USER dev", container, name + ":test")
                    .orFail();
            return name + ":test";
        } finally {
            Place.docker("rm", container).orFail();
        }
    }

    private static Result lobby(String line) throws IOException {
        return gateway.ssh("shed@gw", line);
    }
}
