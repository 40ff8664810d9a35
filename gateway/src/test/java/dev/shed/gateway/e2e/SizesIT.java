package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.inside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The size of a session's windows, and what a client of another size does not change.
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class SizesIT {
    private static final String SIZE = "#{window_width}x#{window_height}";

    /// Draws itself anew when its terminal has another size, as an agent or an editor does, and is silent otherwise.
    private static final String PROGRAM =
            "trap 'echo size' WINCH; echo begun; while :; do sleep 600 & wait $!; kill $!; done";

    @Test
    void whoOnlyLooksChangesNeitherSizeNorEnvironment() throws Exception {
        try (var gateway = LiveGateway.start()) {
            gateway.authorize("viewer", "role=\"viewer\"");
            var shed = session(gateway, "cat");
            inside(shed, "tmux", "set-environment", "-t", "work", "SSH_CONNECTION", "who works here")
                    .orFail();
            try (var viewer = small(gateway, shed + "+work@gw-viewer")) {
                Await.until("the viewer", () -> sessions(gateway, shed).contains("\"columns\":20,"));
                assertThat(size(shed)).isEqualTo("100x29");
                viewer.resize(30, 8);
                Await.until("its new size", () -> sessions(gateway, shed).contains("\"columns\":30,"));
                assertThat(size(shed)).isEqualTo("100x29");
                assertThat(inside(shed, "tmux", "show-environment", "-t", "work", "SSH_CONNECTION")
                                .out())
                        .isEqualTo("SSH_CONNECTION=who works here\n");

                try (var worker = Terminal.open(gateway.place(), 120, 40, "ssh " + shed + "+work@gw")) {
                    Await.until("the size of who works", () -> size(shed).equals("120x39"));
                    worker.detach();
                }
                Await.until("only the viewer", () -> !sessions(gateway, shed).contains("\"columns\":120,"));
                assertThat(size(shed)).isEqualTo("120x39");
            }
            Await.until(
                    "nobody", () -> inside(shed, "tmux", "list-clients").out().isEmpty());
            assertThat(size(shed)).isEqualTo("120x39");
        }
    }

    @Test
    void theSizeBeforeComesBackWhenTheLastSmallClientGoes() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var shed = session(gateway, "cat");
            try (var phone = small(gateway, shed + "+work@gw")) {
                Await.until("the phone's size", () -> size(shed).equals("20x4"));
                try (var _ = small(gateway, shed + "+work@gw")) {
                    Await.until("both", () -> clients(shed) == 2);
                }
                Await.until("one", () -> clients(shed) == 1);
                assertThat(size(shed)).isEqualTo("20x4");
                phone.detach();
            }
            Await.until("the size before", () -> size(shed).equals("100x29"));

            try (var laptop = Terminal.open(gateway.place(), 120, 40, "ssh " + shed + "+work@gw")) {
                Await.until("the laptop's size", () -> size(shed).equals("120x39"));
                laptop.detach();
            }
            Await.until("nobody", () -> clients(shed) == 0);
            assertThat(size(shed)).isEqualTo("120x39");
            assertThat(inside(shed, "tmux", "show-options", "-wv", "-t", "work", "window-size")
                            .out())
                    .isEmpty();
        }
    }

    @Test
    void drawingAtAnotherSizeIsNoActivity() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var shed = session(gateway, PROGRAM);
            Await.until("idle", () -> sessions(gateway, shed).contains("\"activity\":\"idle\""));
            try (var phone = small(gateway, shed + "+work@gw")) {
                Await.until("drawn anew", () -> drawn(shed, 1));
                assertThat(sessions(gateway, shed)).contains("\"activity\":\"idle\"");
                phone.resize(25, 7);
                Await.until("again", () -> drawn(shed, 2));
                assertThat(sessions(gateway, shed)).contains("\"activity\":\"idle\"");
                phone.detach();
            }
            Await.until("at the size before", () -> drawn(shed, 3));
            assertThat(sessions(gateway, shed)).contains("\"activity\":\"idle\"");

            var pane = inside(shed, "tmux", "display", "-p", "-t", "work", "#{pane_tty}")
                    .out();
            Await.until("what it writes later counts", () -> {
                inside(shed, "sh", "-c", "echo working >" + pane.strip()).orFail();
                return sessions(gateway, shed).contains("\"activity\":\"busy\"");
            });
        }
    }

    /// What the hooks run comes a moment after they looked: another client ends a window of the session in between.
    @Test
    void aWindowThatEndsWhileAClientComesIsNoError() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var shed = session(gateway, "cat");
            inside(
                            shed,
                            "tmux",
                            "new-session",
                            "-d",
                            "-s",
                            "other",
                            "cat",
                            ";",
                            "new-window",
                            "-d",
                            "-t",
                            "other:1",
                            "cat")
                    .orFail();
            try (var terminal = Terminal.open(gateway.place(), 120, 40, "ssh " + shed + "+work@gw")) {
                Await.until("the client", () -> clients(shed) == 1);
                var client = inside(shed, "tmux", "list-clients", "-F", "#{client_name}")
                        .out()
                        .strip();
                inside(shed, "sh", "-c", """
                                tmux wait-for -L switched
                                tmux wait-for -S waiting ';' wait-for -L switched ';' kill-window -t other:0 &
                                tmux wait-for waiting
                                tmux switch-client -c "$1" -t other ';' wait-for -U switched
                                wait""", "sh", client).orFail();
                Await.until(
                        "the window that stays has its size",
                        () -> inside(shed, "tmux", "show-options", "-wqv", "-t", "other:1", "@shed-columns")
                                .out()
                                .equals("80\n"));
                assertThat(inside(shed, "tmux", "show-messages", "-t", client).out())
                        .doesNotContain("no such window");
                terminal.detach();
            }
        }
    }

    private static String session(LiveGateway gateway, String program) throws Exception {
        var shed = gateway.place().newShed();
        inside(shed, "tmux", "new-session", "-d", "-s", "work", "-x", "100", "-y", "29", program)
                .orFail();
        return shed;
    }

    private static Terminal small(LiveGateway gateway, String address) throws IOException {
        return Terminal.open(gateway.place(), 20, 5, "ssh " + address);
    }

    private static String size(String shed) throws IOException {
        return inside(shed, "tmux", "display", "-p", "-t", "work", SIZE).out().strip();
    }

    private static long clients(String shed) throws IOException {
        return inside(shed, "tmux", "list-clients").out().lines().count();
    }

    private static boolean drawn(String shed, int times) throws IOException {
        var screen = inside(shed, "tmux", "capture-pane", "-p", "-S", "-", "-t", "work")
                .out();
        return screen.lines().filter("size"::equals).count() >= times;
    }

    private static String sessions(LiveGateway gateway, String shed) throws IOException {
        return gateway.ssh("-s", shed + "@gw", "sessions --json").orFail();
    }
}
