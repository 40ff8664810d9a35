package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Where a porter runs, nothing else starts processes: whatever people do, the engine is asked for an exec once, for
/// the porter itself.
class NoEngineExecIT {
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theEngineIsAskedForOneExecAndThatIsThePorter() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var place = gateway.place();
            var shed = place.newName();
            try (var execs = new Execs(shed)) {
                gateway.ssh("shed@gw", "create " + shed).orFail();
                workOf(place, shed);

                assertThat(execs.untilNow()).singleElement().asString().startsWith("exec_create: /run/shed/porter ");
            }
        }
    }

    /// A bit of everything that runs something in a shed.
    private static void workOf(Place place, String shed) throws Exception {
        try (var terminal = Terminal.ssh(place, shed + "+one@gw")) {
            terminal.awaitPrompt();
            terminal.resize(90, 28);
            terminal.detach();
            assertThat(terminal.status()).isZero();
        }
        place.ssh(shed + "@gw", "echo hi").orFail();
        place.ssh("-tt", shed + "@gw", "stty size").orFail();
        place.ssh(Place.utf8("exit 0\n"), "-T", shed + "@gw").orFail();
        place.ssh(Place.utf8("exit 0\n"), "-s", shed + "@gw", "console").orFail();
        place.sh("echo pwd | sftp -q -b - " + shed + "@gw").orFail();
        place.ssh("shed@gw", "list").orFail();
        place.ssh("shed@gw", "sessions").orFail();
        place.ssh("-s", shed + "@gw", "sessions").orFail();
        place.ssh("-s", shed + "+one@gw", "kill").orFail();
        // A client that goes before its command does, which hangs it up.
        var client = place.client(shed + "@gw", "echo up; sleep 1000").start();
        assertThat(client.getInputStream().read()).isEqualTo('u');
        Run.status(client.destroyForcibly());
        Await.until(
                "its process is gone",
                () -> Place.processes(shed).stream().noneMatch(line -> line.endsWith("sleep 1000")));
    }

    /// The engine's account of the execs in a container.
    private static final class Execs implements AutoCloseable {
        private static final String SENTINEL = "exec_create: true";

        private final String shed;
        private final Process events;
        private final BufferedReader lines;

        Execs(String shed) throws IOException {
            this.shed = shed;
            events = new ProcessBuilder(
                            "docker",
                            "-H",
                            Place.ENGINE,
                            "events",
                            "--since",
                            Long.toString(Instant.now().getEpochSecond()),
                            "--filter",
                            "container=shed-" + shed,
                            "--filter",
                            "event=exec_create",
                            "--format",
                            "{{.Action}}")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            lines = new BufferedReader(new InputStreamReader(events.getInputStream(), UTF_8));
        }

        /// Those before one that is made here.
        List<String> untilNow() throws IOException {
            Place.inside(shed, "true").orFail();
            var all = new ArrayList<String>();
            for (var line = Run.line(lines); !SENTINEL.equals(line.strip()); line = Run.line(lines)) {
                all.add(line);
            }
            return all;
        }

        @Override
        public void close() {
            events.destroyForcibly();
        }
    }
}
