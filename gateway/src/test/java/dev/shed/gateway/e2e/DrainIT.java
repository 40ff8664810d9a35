package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A gateway that gets SIGTERM lets end what has an end, and nobody is kept waiting for what has none.
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class DrainIT {
    private static final String STOPPING = "the gateway is stopping; your sessions go on";

    private static ChildGateway gateway(String drain, int metrics) throws IOException {
        return ChildGateway.configured("""
                ssh:
                  drain-timeout: %s
                metrics:
                  listen: 127.0.0.1:%d
                """.formatted(drain, metrics));
    }

    private static FutureTask<Result> begin(ChildGateway gateway, String line) {
        var task = new FutureTask<>(() -> gateway.place().sh(line));
        Thread.ofVirtual().start(task);
        return task;
    }

    private static int readiness(int port) throws IOException {
        var connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/readyz").toURL().openConnection();
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    /// Waits until a command in the shed has written its first output, which is kept in a file of this machine.
    private static void awaitBegun(ChildGateway gateway, String file) throws Exception {
        Await.until(
                file + " has output",
                () -> gateway.place().sh("test -s " + file).status() == 0);
    }

    @Test
    void aTransferEndsAndWhoIsAttachedIsToldAtOnce() throws Exception {
        int metrics = ChildGateway.freePort();
        try (var gateway = gateway("30s", metrics)) {
            var shed = gateway.place().newShed();
            try (var terminal = Terminal.ssh(gateway.place(), "-tt", shed + "+kept@gw")) {
                terminal.await(":/workspace$ ");
                assertThat(terminal.ask("$((6 * 7))")).isEqualTo("42");
                var transfer = begin(
                        gateway,
                        "for n in 1 2 3 4 5 6 7 8; do echo $n; sleep 0.5; done | ssh " + shed + "@gw cat >transferred");
                awaitBegun(gateway, "transferred");

                gateway.signal("TERM");

                terminal.await(STOPPING);
                assertThat(terminal.status()).isEqualTo(255);
                assertThat(readiness(metrics)).isEqualTo(503);
                var late = gateway.ssh("shed@gw", "whoami");
                assertThat(late.status()).isEqualTo(255);
                assertThat(late.err()).contains("Connection refused");
                assertThat(transfer.isDone()).as("the transfer is under way").isFalse();
                assertThat(transfer.get().status()).isZero();
                assertThat(gateway.place().sh("cat transferred").out()).isEqualTo("1\n2\n3\n4\n5\n6\n7\n8\n");
                assertThat(gateway.status()).isZero();
            }
            gateway.startAgain();
            assertThat(gateway.ssh("-s", shed + "+kept@gw", "peek").orFail()).contains("<42>");
        }
    }

    @Test
    void aVerbEnds() throws Exception {
        try (var gateway = gateway("30s", ChildGateway.freePort())) {
            var shed = gateway.place().newShed();
            // For as long as shed.stop-grace this one does not end.
            gateway.ssh(shed + "@gw", "trap '' TERM HUP; (while :; do sleep 1; done) >/dev/null 2>&1 &")
                    .orFail();
            var stop = begin(gateway, "ssh shed@gw stop " + shed);
            Await.until(
                    "the verb runs",
                    () -> gateway.place()
                                    .sh("grep -q '\"verb\":\"stop' state/audit.log")
                                    .status()
                            == 0);

            gateway.signal("TERM");

            assertThat(stop.get().orFail()).isEqualTo("stopped " + shed + " (ended no sessions)\n");
            assertThat(gateway.status()).isZero();
        }
    }

    @Test
    void whatHasNoEndIsNotWaitedFor() throws Exception {
        try (var gateway = gateway("60s", ChildGateway.freePort())) {
            var shed = gateway.place().newShed();
            var events = begin(gateway, "ssh shed@gw events >events");
            var silent = begin(gateway, "ssh " + shed + "@gw 'echo begun; sleep 100' >silent");
            awaitBegun(gateway, "silent");
            awaitBegun(gateway, "events");

            gateway.signal("TERM");

            Await.until("events ends", Duration.ofSeconds(10), events::isDone);
            Await.until("the silent command ends", Duration.ofSeconds(20), silent::isDone);
            assertThat(events.get().err()).contains(STOPPING);
            assertThat(silent.get().status()).isEqualTo(255);
            assertThat(gateway.status()).isZero();
        }
    }

    @Test
    void theWaitHasALimitAndASecondSignalEndsIt() throws Exception {
        for (var drain : new String[] {"1s", "100s"}) {
            try (var gateway = gateway(drain, ChildGateway.freePort())) {
                var shed = gateway.place().newShed();
                var endless = begin(gateway, "ssh " + shed + "@gw 'while :; do echo n; sleep 0.1; done' >endless");
                awaitBegun(gateway, "endless");

                gateway.signal("TERM");
                if (drain.equals("100s")) {
                    assertThat(gateway.endsWithin(Duration.ofSeconds(3))).isFalse();
                    gateway.signal("TERM");
                }

                assertThat(gateway.status()).isZero();
                assertThat(endless.get().err()).contains(STOPPING);
            }
        }
    }
}
