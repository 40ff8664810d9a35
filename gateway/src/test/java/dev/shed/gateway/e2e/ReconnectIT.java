package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// `shed attach` comes back by itself when its link was lost, and only then. How fast, scripts/soak-attach measures.
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class ReconnectIT {
    private static final String LOST = "shed: the link to 'gw' is lost; reconnecting";
    private static final String PLAIN = "screen=0 mouse=0 keypad=00 margins=0-29 cursor=1";

    /// A gateway of its own, because others would miss it, and a client that knows it.
    private static final class Dependencies implements AutoCloseable {
        final Desk desk;
        final ChildGateway gateway;
        final String shed;

        Dependencies() throws IOException {
            desk = Desk.impatient();
            gateway = ChildGateway.start();
            shed = gateway.place().newShed();
            gateway.place().admit(desk.publicKey(), "role=\"user\"");
            var port = Integer.toString(gateway.place().port());
            desk.shed("server", "add", "127.0.0.1", "--name", "gw", "--port", port, "--trust-on-first-use")
                    .orFail();
        }

        Terminal attach(String... options) throws Exception {
            var terminal = desk.shell();
            terminal.await("local> ");
            var words = new java.util.ArrayList<>(List.of("attach", shed));
            words.addAll(List.of(options));
            desk.enter(terminal, words.toArray(String[]::new));
            terminal.await(":/workspace$ ");
            return terminal;
        }

        List<String> logs() throws IOException {
            try (var files = Files.list(desk.home().resolve(".shed").resolve("run"))) {
                return files.map(file -> file.getFileName().toString())
                        .filter(name -> name.startsWith("attach-"))
                        .toList();
            }
        }

        @Override
        public void close() throws IOException {
            try (desk;
                    gateway) {
                desk.hangUp();
            }
        }
    }

    private enum Loss {
        DROPPED {
            @Override
            void lose(ChildGateway gateway, Step whileAway) throws Exception {
                try (var _ = Cut.around(gateway.place().port())) {
                    whileAway.run();
                }
            }
        },
        KILLED {
            @Override
            void lose(ChildGateway gateway, Step whileAway) throws Exception {
                gateway.kill();
                whileAway.run();
                gateway.startAgain();
            }
        },
        STOPPED {
            @Override
            void lose(ChildGateway gateway, Step whileAway) throws Exception {
                gateway.stop();
                whileAway.run();
                gateway.startAgain();
            }
        };

        abstract void lose(ChildGateway gateway, Step whileAway) throws Exception;
    }

    private interface Step {
        void run() throws Exception;
    }

    @Test
    @Exercises("attach")
    void theSameSessionIsBackAfterEveryLoss() throws Exception {
        try (var around = new Dependencies();
                var terminal = around.attach()) {
            terminal.enter("MARK=same; tmux set mouse on; clear; echo screen-$MARK");
            terminal.await("screen-same");
            for (var loss : List.of(Loss.DROPPED, Loss.KILLED, Loss.STOPPED, Loss.DROPPED, Loss.DROPPED)) {
                loss.lose(around.gateway, () -> {
                    var seen = terminal.await(LOST);
                    assertThat(seen).as("one line").containsOnlyOnce("shed: ").doesNotContain("screen-same");
                    assertThat(terminal.modes()).isEqualTo(PLAIN);
                    terminal.enter("touch typed-blindly");
                });
                assertThat(terminal.await("screen-same")).doesNotContain("touch", LOST);
            }
            assertThat(terminal.ask("$MARK $(ls)")).isEqualTo("same ");

            terminal.detach();
            terminal.await("local> ");
            assertThat(terminal.ask("$? $(ls) $(stty -a | grep -ow -e -echo -e -icanon)"))
                    .isEqualTo("0  ");
            assertThat(terminal.screen()).doesNotContain(LOST);
            assertThat(around.logs()).isEmpty();
        }
    }

    /// Renamed, and switched by tmux, while somebody is attached: coming back is to what was on the screen.
    @Test
    void theSessionThatWasOnTheScreenIsBackWhateverItIsCalled() throws Exception {
        try (var around = new Dependencies();
                var terminal = around.attach("-S", "work")) {
            terminal.enter("MARK=work; clear; echo screen-$MARK");
            terminal.await("screen-work");
            around.desk.shed("rename", around.shed, "work", "work2").orFail();
            Place.inside(around.shed, "tmux", "-u", "new-session", "-d", "-s", "work")
                    .orFail();
            comesBack(around, terminal, Loss.KILLED, "screen-work");
            assertThat(terminal.ask("$MARK")).isEqualTo("work");

            Place.inside(around.shed, "tmux", "-u", "new-session", "-d", "-s", "other")
                    .orFail();
            terminal.enter("tmux switch-client -t other");
            terminal.await("[other]");
            terminal.enter("MARK=other; clear; echo screen-$MARK");
            terminal.await("screen-other");
            Place.inside(around.shed, "tmux", "rename-session", "-t", "other", "other2")
                    .orFail();
            for (var loss : Loss.values()) {
                comesBack(around, terminal, loss, "screen-other");
            }
            assertThat(terminal.ask("$MARK")).isEqualTo("other");

            Loss.STOPPED.lose(around.gateway, () -> {
                terminal.await(LOST);
                Place.inside(around.shed, "tmux", "kill-session", "-t", "=other2")
                        .orFail();
            });
            terminal.await("local> ");
            assertThat(terminal.ask("$?")).isEqualTo("66");
        }
    }

    private static void comesBack(Dependencies around, Terminal terminal, Loss loss, String screen) throws Exception {
        loss.lose(around.gateway, () -> terminal.await(LOST));
        terminal.await(screen);
    }

    @Test
    @Exercises("attach --no-reconnect")
    void whoDoesNotWantToComeBackDoesNot() throws Exception {
        try (var around = new Dependencies();
                var waits = around.attach("-S", "waits");
                var ends = around.attach("-S", "ends", "--no-reconnect");
                var ended = around.attach("-S", "ended")) {
            around.gateway.kill();
            ends.await("local> ");
            assertThat(ends.ask("$?")).isEqualTo("255");

            waits.await(LOST);
            waits.press("C-c");
            waits.await("local> ");
            assertThat(waits.ask("$? $(stty -a | grep -ow -e -echo -e -icanon)"))
                    .isEqualTo("130 ");

            ended.await(LOST);
            Place.inside(around.shed, "tmux", "kill-session", "-t", "=ended").orFail();
            around.gateway.startAgain();
            ended.await("local> ");
            assertThat(ended.screen()).contains("there is no session 'ended'");
            assertThat(ended.ask("$?")).isEqualTo("66");
            assertThat(around.logs()).isEmpty();
        }
    }

    @Test
    void aKilledSshLeavesTheTerminalAsItWasFound() throws Exception {
        try (var around = new Dependencies();
                var terminal = around.attach("-S", "work")) {
            terminal.enter("tmux set mouse on; clear; echo screen-$((1+1))");
            terminal.await("screen-2");
            terminal.process()
                    .descendants()
                    .filter(process -> process.info().command().orElse("").endsWith("/ssh"))
                    .forEach(ProcessHandle::destroyForcibly);

            terminal.await("local> ");
            assertThat(terminal.ask("$? $(stty -a | grep -ow -e -echo -e -icanon)"))
                    .isEqualTo("137 ");
            assertThat(terminal.modes()).isEqualTo(PLAIN);
            assertThat(around.logs()).isEmpty();
        }
    }

    @Test
    void anEndThatWasMeantIsTheEnd() throws Exception {
        try (var around = new Dependencies();
                var left = around.attach("-S", "left");
                var killed = around.attach("-S", "killed");
                var stopped = around.attach("-S", "stopped")) {
            left.enter("exit");
            left.await("local> ");
            assertThat(left.ask("$?")).isEqualTo("0");

            around.desk.shed("kill", around.shed, "killed").orFail();
            killed.await("local> ");
            assertThat(killed.screen()).doesNotContain(LOST);

            around.desk.shed("stop", around.shed);
            stopped.await("local> ");
            assertThat(stopped.screen()).doesNotContain(LOST);
            assertThat(around.logs()).isEmpty();
        }
    }
}
