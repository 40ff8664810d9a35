package dev.shed.gateway.shed.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `create` gives to every shed, and who else could change it.
class MountSourceTest {
    @TempDir
    Path directory;

    private Path file(String mode) throws IOException {
        var file = Files.writeString(directory.resolve("given"), "NAME=value\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    @ParameterizedTest
    @CsvSource({"rw-------, true, false", "rw-rw----, true, true", "rw-rw-rw-, false, true", "rw-r--rw-, false, false"})
    void whatEverybodyCanWriteIsNoMount(String mode, boolean possible, boolean warned) throws IOException {
        var source = new MountSource(file(mode));
        if (possible) {
            source.require();
        } else {
            assertThatThrownBy(source::require)
                    .isInstanceOfSatisfying(
                            ShedException.class,
                            e -> assertThat(e.failure().hint()).endsWith("chmod o-w " + source.path()));
        }
        assertThat(source.warning().isPresent()).isEqualTo(warned);
    }

    @Test
    void aPlaceLikeTmpIsOne() throws IOException {
        var shared = Files.createDirectory(directory.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        new MountSource(shared).require();
        Files.setAttribute(shared, "unix:mode", 0777);
        assertThatThrownBy(new MountSource(shared)::require)
                .hasMessageContaining("everybody on this host can write it");
    }

    @Test
    void whatIsMissingIsNone() {
        assertThatThrownBy(new MountSource(directory.resolve("none"))::require)
                .hasMessageContaining("there is no such file");
    }

    @Test
    void variablesThatOthersCanChangeAreNotRead() throws IOException {
        assertThat(EnvFile.read(file("rw-r-----"))).containsEntry("NAME", "value");
        var open = file("rw-rw----");
        assertThatThrownBy(() -> EnvFile.read(open))
                .hasMessageContaining("create.env-file: " + open + ": group or others can write it")
                .message()
                .doesNotContain("value");
    }
}
