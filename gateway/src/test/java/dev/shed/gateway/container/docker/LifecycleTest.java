package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the engine is told of a new container.
class LifecycleTest {
    /// The gateway opens files in it, and a container that could write there could put links in their places.
    @Test
    void theRunDirectoryIsMountedReadOnly(@TempDir Path directory) throws Exception {
        var spec = new ContainerSpec(
                ShedName.parse("demo"),
                "image",
                Map.of(),
                Map.of(),
                ContainerSpec.Limits.NONE,
                List.of(),
                Optional.empty(),
                Optional.of(Path.of("/state/run/demo")));
        try (var engine = new FakeEngine(directory.resolve("s"))
                        .on("GET /containers/json", 200, "[]")
                        .on("GET /images/image/json", 200, "{\"Id\":\"sha256:i\"}")
                        .refuse("GET /volumes/", 404, "no such volume")
                        .on("POST /containers/create", 201, "{\"Id\":\"c1\"}")
                        .refuse("GET /containers/c1/archive", 404, "no such file")
                        .on("DELETE /containers/c1", 204, "")
                        .on("PUT /containers/c1/archive", 200, "");
                var docker = new DockerEngine(Engines.settings(engine.uri(), "lifecycle-test"))) {
            // This engine lists no container, not even the new one.
            assertThatExceptionOfType(ShedException.class).isThrownBy(() -> docker.create(spec));

            var mounts = new ObjectMapper()
                    .readTree(engine.body("POST /containers/create?name=shed-demo"))
                    .path("HostConfig")
                    .path("Mounts");
            assertThat(mounts)
                    .filteredOn(mount -> mount.path("Target").asText().equals(Container.RUN_DIRECTORY))
                    .singleElement()
                    .satisfies(mount -> {
                        assertThat(mount.path("Source").asText()).isEqualTo("/state/run/demo");
                        assertThat(mount.path("ReadOnly").asBoolean()).isTrue();
                    });
        }
    }
}
