package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.inside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Who is attached, as `sessions` tells it.
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class WatchersIT {
    private static String clients(LiveGateway gateway, String shed) throws IOException {
        return gateway.ssh("-s", shed + "@gw", "sessions --wide").orFail();
    }

    @Test
    void everybodyWhoIsAttachedIsNamedAndListenersAreNot() throws Exception {
        try (var gateway = LiveGateway.start()) {
            gateway.authorize("viewer", "role=\"viewer\"");
            var shed = gateway.place().newShed();
            inside(shed, "tmux", "new-session", "-d", "-s", "debug").orFail();
            inside(shed, "sh", "-c", "(sleep 60 | tmux -C attach -t debug >/dev/null) </dev/null >/dev/null 2>&1 &")
                    .orFail();
            Await.until(
                    "the listener",
                    () -> inside(shed, "tmux", "list-clients", "-F", "#{client_control_mode}")
                            .out()
                            .contains("1"));
            assertThat(clients(gateway, shed)).contains("debug      detached");

            try (var _ = Terminal.ssh(gateway.place(), shed + "+debug@gw");
                    var _ = Terminal.ssh(gateway.place(), shed + "+debug@gw-viewer");
                    var _ = Terminal.open(
                            gateway.place(), 80, 24, "docker exec -it -u dev shed-" + shed + " tmux attach -t debug")) {
                var seen = Await.get(
                        "three clients",
                        Await.PATIENCE,
                        () -> clients(gateway, shed),
                        text -> text.contains("admin from 127.0.0.1:")
                                && text.contains("viewer from 127.0.0.1:")
                                && text.contains(" by hand"));
                assertThat(seen).containsPattern("viewer from 127\\.0\\.0\\.1:\\d+ \\(read-only\\)");
                assertThat(seen).doesNotContainPattern("admin from 127\\.0\\.0\\.1:\\d+ \\(read-only\\)");
            }
            // Who came by hand stays: a killed `docker exec` leaves its process in the container.
            Await.until("nobody of ours", () -> !clients(gateway, shed).contains(" from "));
        }
    }

    /// The loop sets no title: what is said there was left behind.
    @Test
    void aTitleThatSaysReadyIsNotBelievedMoreThanOutput() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var shed = gateway.place().newShed();
            inside(
                            shed,
                            "tmux",
                            "-u",
                            "new-session",
                            "-d",
                            "-s",
                            "work",
                            "printf '\\033]2;\u2733 Claude Code\\007'; while sleep .3; do date; done")
                    .orFail();
            Await.until("the title", () -> explained(gateway, shed).contains("\"title\":\"\u2733 Claude Code\""));
            assertThat(explained(gateway, shed)).contains("\"activity\":\"busy\"");
        }
    }

    @Test
    void aTitleThatAsksIsABellUntilSomebodyHasLooked() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var shed = gateway.place().newShed();
            inside(
                            shed,
                            "tmux",
                            "-u",
                            "new-session",
                            "-d",
                            "-s",
                            "ask",
                            "printf '\\033]2;\u270b Action Required\\007'; exec sleep 600")
                    .orFail();
            Await.until("the bell", () -> explained(gateway, shed).contains("\"activity\":\"bell\""));
            try (var _ = Terminal.ssh(gateway.place(), shed + "+ask@gw")) {
                Await.until("attached", () -> explained(gateway, shed).contains("\"attached\":true"));
            }
            Await.until("detached", () -> explained(gateway, shed).contains("\"attached\":false"));
            assertThat(explained(gateway, shed)).doesNotContain("\"activity\":\"bell\"");
        }
    }

    private static String explained(LiveGateway gateway, String shed) throws Exception {
        return gateway.ssh("-s", shed + "@gw", "sessions --explain --json").orFail();
    }
}
