package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.inside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Logins where somebody's `~/.tmux.conf` is not what tmux does by default.
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class OwnTmuxConfIT {
    private static final String CONF = """
            set -g destroy-unattached on
            set -g base-index 1
            set -wg pane-base-index 1
            set -g renumber-windows on
            set -wg remain-on-exit on
            set -g mouse on
            set -g prefix C-a
            set -g status-position top
            set -g window-size smallest
            set -wg automatic-rename off
            set -g default-command 'exec bash --norc'
            set-hook -g session-created 'set -g @created yes'
            set-hook -g client-session-changed 'set -g @changed yes'
            set-hook -g client-detached 'set -g @detached yes'
            """;

    @Test
    void aNewSessionIsOneAndGoesWithItsClient() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var shed = configured(gateway);
            try (var terminal = Terminal.ssh(gateway.place(), "-o", "SetEnv=SHED_NEW=1", shed + "+fresh@gw")) {
                terminal.awaitPrompt();
                assertThat(terminal.ask("$(tmux display -p '#S:#I')")).isEqualTo("fresh:1");
                assertThat(gateway.ssh("-s", shed + "@gw", "sessions").orFail()).contains("fresh");
                terminal.press("C-a", "d");
                assertThat(terminal.status()).isZero();
            }
            Await.until("destroy-unattached", () -> !sessions(shed).contains("fresh"));
            for (var hook : new String[] {"@created", "@changed", "@detached"}) {
                assertThat(inside(shed, "tmux", "show", "-gv", hook).out()).isEqualTo("yes\n");
            }
        }
    }

    @Test
    void aLoginCreatesAndCommandsAndVerbsReachTheSession() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var shed = configured(gateway);
            try (var terminal = Terminal.ssh(gateway.place(), shed + "+work@gw")) {
                terminal.awaitPrompt();
                assertThat(terminal.ask("$(tmux display -p '#S:#I')")).isEqualTo("work:1");
                var status = gateway.ssh(shed + "+work@gw", "echo ran in '#S'; exit 3");
                assertThat(status.out()).isEqualTo("ran in #S\n");
                assertThat(status.status()).isEqualTo(3);
                gateway.ssh("-s", shed + "@gw", "send work echo typed").orFail();
                Await.until(
                        "what was typed",
                        () -> gateway.ssh("-s", shed + "@gw", "peek work")
                                .orFail()
                                .contains("\ntyped\n"));
                assertThat(inside(shed, "tmux", "list-windows", "-t", "work", "-F", "#I")
                                .out())
                        .isEqualTo("1\n");
                try (var viewer =
                        Terminal.open(gateway.place(), 20, 5, "ssh -o SetEnv=SHED_READ_ONLY=1 " + shed + "+work@gw")) {
                    Await.until("both", () -> clients(shed) == 2);
                    assertThat(inside(shed, "tmux", "display", "-p", "-t", "work", "#{window_width} #{window-size}")
                                    .out())
                            .isEqualTo("100 smallest\n");
                    viewer.press("C-a", "d");
                    assertThat(viewer.status()).isZero();
                }
            }
        }
    }

    private static String configured(LiveGateway gateway) throws IOException {
        var shed = gateway.place().newShed();
        inside(shed, "sh", "-c", "printf %s \"$1\" >~/.tmux.conf", "sh", CONF).orFail();
        return shed;
    }

    private static String sessions(String shed) throws IOException {
        return inside(shed, "tmux", "list-sessions").out();
    }

    private static long clients(String shed) throws IOException {
        var names = inside(shed, "tmux", "list-clients", "-F", "#{client_name}").out();
        return names.lines().filter(name -> name.startsWith("/dev/")).count();
    }
}
