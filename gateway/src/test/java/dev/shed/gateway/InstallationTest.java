package dev.shed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.docker.DockerCures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cure names what the installation has.
class InstallationTest {
    @TempDir
    private Path prefix;

    @Test
    void aPackageBuildsTheBaseImageFromItsOwnSources() throws IOException {
        var jar = prefix.resolve("lib/shed-gateway/shed-gateway.jar");
        assertThat(Installation.imageSources(jar)).isEmpty();

        var sources = prefix.resolve("share/shed-gateway");
        Files.createDirectories(sources.resolve("image"));
        Files.createFile(sources.resolve("image/Dockerfile"));

        assertThat(Installation.imageSources(jar)).contains(sources);
        assertThat(new DockerCures(Optional.of(sources)).withoutImage("shed-base:latest"))
                .contains("docker build -t 'shed-base:latest' -f " + sources + "/image/Dockerfile " + sources)
                .doesNotContain("scripts/up");
    }

    @Test
    void aCloneBuildsItWithItsScript() {
        assertThat(Installation.imageSources()).isEmpty();
        assertThat(new DockerCures(Optional.empty()).withoutImage("shed-base:latest"))
                .contains("scripts/up");
    }
}
