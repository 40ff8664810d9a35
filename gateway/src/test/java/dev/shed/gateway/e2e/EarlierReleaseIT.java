package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The state directory, the configuration and the sheds of an earlier gateway are those of this one:
/// src/test/resources/earlier has what was written down of it.
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class EarlierReleaseIT {
    private static final Path EARLIER = Path.of("src", "test", "resources", "earlier");

    private final Place place;
    private final String running;
    private final String stopped;

    EarlierReleaseIT() throws IOException {
        place = Place.make();
        place.listensAt(ChildGateway.freePort());
        running = place.newName();
        stopped = place.newName();
    }

    private String filled(String file, String shed) throws IOException {
        return Files.readString(EARLIER.resolve(file))
                .replace("{shed}", shed)
                .replace("{state}", place.state().toString())
                .replace("{port}", Integer.toString(place.port()))
                .replace("{keys}", place.authorizedKeys().toString())
                .replace("{engine}", Place.ENGINE)
                .replace("{image}", Place.IMAGE);
    }

    /// As the earlier gateway has made it. Returns the container's id.
    private String shed(String name) throws IOException {
        var run = Files.createDirectories(place.state().resolve("run").resolve(name));
        var porter = Files.writeString(run.resolve("porter"), "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(porter, PosixFilePermissions.fromString("rwxr-xr-x"));
        var arguments = filled("container.args", name).lines();
        return Place.docker(Stream.concat(Stream.of("run", "-d"), arguments).toArray(String[]::new))
                .orFail()
                .strip();
    }

    private void state() throws IOException {
        var state = Files.createDirectories(
                place.state(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.copy(EARLIER.resolve("gateway-id"), state.resolve("gateway-id"));
        Files.createDirectory(state.resolve("creating"));
        Files.createFile(state.resolve("lock"));
        var key = state.resolve("host_ed25519").toString();
        Run.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key))
                .orFail();
        shed(running);
        Place.inside(running, "sh", "-c", "echo kept >/workspace/file; echo lost >/tmp/file")
                .orFail();
        // In the place where the server of an earlier session has its socket.
        Place.inside(
                        running,
                        "env",
                        "-u",
                        "TMUX_TMPDIR",
                        "tmux",
                        "-u",
                        "new-session",
                        "-d",
                        "-s",
                        "work",
                        "while sleep 1; do echo n; done")
                .orFail();
        var id = shed(stopped);
        Place.docker("stop", "-t", "0", id).orFail();
        Files.createFile(Files.createDirectory(state.resolve("stopped")).resolve(id));
    }

    @Test
    void itsShedsAndSessionsAreFoundAndItsHostKeyIsKept() throws Exception {
        state();
        var key = Files.readString(place.state().resolve("host_ed25519.pub"));
        Files.writeString(place.path("gateway.yaml"), filled("gateway.yaml", ""));
        try (var gateway = ChildGateway.inPlace(place)) {
            assertThat(gateway.ssh("shed@gw", "list").orFail())
                    .containsPattern(running + " +running")
                    .containsPattern(stopped + " +stopped");
            assertThat(gateway.ssh("-s", running + "@gw", "sessions").orFail()).containsPattern("work +detached");
            Await.until(
                    "the session's output",
                    () -> gateway.ssh("-s", running + "+work@gw", "peek").out().startsWith("n\n"));
            assertThat(gateway.ssh(running + "@gw", "cat /workspace/file; id -un")
                            .orFail())
                    .isEqualTo("kept\ndev\n");
            assertThat(gateway.ssh("-s", running + "@gw", "info").orFail()).containsPattern("home +-");

            var refused = gateway.ssh(stopped + "@gw", "true");
            assertThat(refused.status()).isEqualTo(75);
            assertThat(refused.err()).contains("'" + stopped + "' is stopped");
            gateway.ssh("shed@gw", "start " + stopped).orFail();
            assertThat(gateway.ssh(stopped + "@gw", "echo well").orFail()).isEqualTo("well\n");
            assertThat(Files.readString(place.state().resolve("host_ed25519.pub")))
                    .isEqualTo(key);

            gateway.ssh("shed@gw", "delete --force " + running).orFail();
            assertThat(Place.docker("volume", "ls", "-q").orFail()).doesNotContain("shed-" + running);
        }
    }
}
