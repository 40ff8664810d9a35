package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The screen on terminals of all sizes and kinds.
class ScreenIT {
    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static Terminal ssh(String... arguments) throws IOException {
        return Terminal.ssh(gateway.place(), arguments);
    }

    private static List<String> tmux(String... words) throws IOException {
        var all = Stream.concat(Stream.of("tmux", "-u"), Stream.of(words));
        return Place.inside(shed, all.toArray(String[]::new)).out().lines().toList();
    }

    /// Columns by rows of twenty terminals, small and large.
    static Stream<List<Integer>> sizes() {
        return IntStream.range(0, 20).mapToObj(i -> List.of(40 + 11 * i, 10 + 3 * i));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    @Execution(ExecutionMode.CONCURRENT)
    void theFirstDrawHasTheClientsSize(List<Integer> size) throws Exception {
        int columns = size.getFirst();
        int rows = size.getLast();
        var session = "size-" + columns;
        try (var terminal = Terminal.open(gateway.place(), columns, rows, "ssh " + shed + "+" + session + "@gw")) {
            terminal.awaitPrompt();
            // The shell's own size when it started is the window without the status line.
            assertThat(terminal.ask("$(stty size)")).isEqualTo((rows - 1) + " " + columns);
            assertThat(tmux("list-clients", "-t", "=" + session, "-F", "#{client_width} #{client_height}"))
                    .containsExactly(columns + " " + rows);
        }
        try (var plain = Terminal.open(gateway.place(), columns, rows, "ssh -t " + shed + "@gw stty size")) {
            assertThat(plain.status()).isZero();
            assertThat(plain.lines().getFirst()).isEqualTo(rows + " " + columns);
        }
    }

    @Test
    void twoHundredQuickResizesEndAtTheClientsSize() throws Exception {
        try (var terminal = ssh(shed + "+resized@gw")) {
            terminal.awaitPrompt();
            for (int i = 0; i < 199; i++) {
                terminal.resize(60 + i % 67, 15 + i % 31);
            }
            terminal.resize(97, 41);

            // tmux itself waits a quarter of a second before it tells the shell in a window.
            Await.until(
                    "the shell has the client's size",
                    () -> terminal.ask("$(stty size)").equals("40 97"));
            assertThat(tmux("list-clients", "-t", "=resized", "-F", "#{client_width} #{client_height}"))
                    .containsExactly("97 41");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xterm-256color",
                "xterm-kitty",
                "xterm-ghostty",
                "alacritty",
                "foot",
                "wezterm",
                "rio",
                "contour",
                "tmux-256color",
                "screen-256color",
                "rxvt-unicode-256color",
                "linux",
                "xterm",
                "nobody-knows-this",
                "$(touch /tmp/hostile)",
                "../../etc/passwd",
                "-x",
                "a b;c"
            })
    @Execution(ExecutionMode.CONCURRENT)
    void everyTermGivesAWorkingScreen(String term) throws Exception {
        var session = "term-" + Integer.toHexString(term.hashCode());
        try (var terminal = Terminal.open(
                gateway.place(), 100, 30, "env TERM='" + term + "' ssh " + shed + "+" + session + "@gw")) {
            terminal.awaitPrompt();

            assertThat(terminal.ask("$TERM $((6*7)) $(tput cols)")).isEqualTo("tmux-256color 42 100");
            var client = tmux("list-clients", "-t", "=" + session, "-F", "#{client_termname}");
            assertThat(client).hasSize(1);
            assertThat(client.getFirst()).isEqualTo(isHarmless(term) ? term : "xterm-256color");
            terminal.detach();
            assertThat(terminal.status()).isZero();
        }
        assertThat(Place.inside(shed, "ls", "/tmp/hostile").status()).isEqualTo(2);
    }

    private static boolean isHarmless(String term) {
        return term.matches("[a-z][a-z0-9-]*") && !term.startsWith("nobody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dumb", "", "unknown", "eterm-color"})
    @Execution(ExecutionMode.CONCURRENT)
    void aTerminalThatCannotDrawGetsAPlainShell(String term) throws Exception {
        try (var terminal = Terminal.open(gateway.place(), 100, 30, "env TERM='" + term + "' ssh -t " + shed + "@gw")) {
            terminal.await("$");

            assertThat(terminal.ask("$((6*7)) [$TMUX] $(stty size)")).isEqualTo("42 [] 30 100");
            terminal.enter("exit 5");
            assertThat(terminal.status()).isEqualTo(5);
        }
    }
}
