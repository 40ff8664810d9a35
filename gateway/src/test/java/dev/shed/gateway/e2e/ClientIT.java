package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The client as people use it, with two servers.
class ClientIT {
    private static TwoServers servers;

    @BeforeAll
    static void start() throws Exception {
        servers = TwoServers.start();
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Exercises({"attach", "exec", "exec --session", "sessions", "sessions --all", "server list"})
    void aShedIsFoundWhereverItIs() throws Exception {
        var shed = servers.shedOfTwo();
        var desk = servers.desk();
        assertThat(desk.shed("exec", shed, "--", "hostname").orFail()).isEqualTo(shed + "\n");

        try (var terminal = desk.shell()) {
            terminal.await("local> ");
            desk.enter(terminal, "attach", shed);
            terminal.await(":/workspace$ ");
            assertThat(desk.shed("exec", shed, "--session", "default", "tmux display -p '#S'")
                            .orFail())
                    .isEqualTo("default\n");
            assertThat(desk.shed("sessions", "--all").orFail()).containsPattern("two +" + shed + " +default +attached");
            terminal.detach();
            terminal.await("local> ");
            assertThat(terminal.ask("$?")).isEqualTo("0");
        }
        assertThat(desk.shed("server", "list").orFail()).contains("127.0.0.1", "127.0.0.2", "answers");
    }
}
