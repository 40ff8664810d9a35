package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/// Containers that somebody else made, and labelled.
class ForeignContainerIT {
    private final ContainerAccess access = Engines.withoutPorters("foreign-it");
    private final ShedName name = LiveShed.freshName();

    @AfterEach
    void close() {
        access.close();
    }

    @Test
    void aLabelledContainerIsAShed() throws Exception {
        try (var container = container("sleep infinity", Map.of())) {
            container.start();
            var shed = shed();

            assertThat(shed.container().id()).isEqualTo(container.getContainerId());
            assertThat(shed.container().workspaceVolume()).isEmpty();
            assertThat(shed.sh("id -un; pwd").out()).isEqualTo("dev\n/home/dev\n");
        }
    }

    @Test
    void theLabelNamesTheUser() throws Exception {
        try (var container = container("sleep infinity", Map.of("shed.user", "nobody"))) {
            container.start();

            assertThat(shed().run(shed().argv("sh", "-c", "id -un; echo $HOME; pwd"))
                            .out())
                    .isEqualTo("nobody\n/nonexistent\n/\n");
        }
    }

    @Test
    void theContainersOwnUserDoesWhereTheConfiguredOneIsMissing() throws Exception {
        try (var container = container("sed -i /^dev:/d /etc/passwd; exec sleep infinity", Map.of())) {
            container.start();
            var shed = shed();
            Await.until(
                    "dev is gone", Engines.LONG, () -> !shed.sh("id -un").out().startsWith("dev"));

            assertThat(shed.sh("id -un; echo $HOME $SHELL").out()).isEqualTo("root\n/root /bin/bash\n");
        }
    }

    @Test
    void aUserThatIsNotThereIsSaid() {
        try (var container = container("sleep infinity", Map.of("shed.user", "nonesuch"))) {
            container.start();

            assertThatThrownBy(() -> shed().sh("true"))
                    .isInstanceOfSatisfying(
                            ShedException.class,
                            e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.SHED_NOT_READY))
                    .hasMessageContaining("unable to find user nonesuch");
        }
    }

    @Test
    void anImageWithoutAShellIsSaid() throws Exception {
        try (var container = container("rm /usr/bin/sh; exec sleep infinity", Map.of())) {
            container.start();
            var shed = shed();

            Await.until("no sh", Engines.LONG, () -> {
                try {
                    return !shed.sh("true").out().isEmpty();
                } catch (ShedException e) {
                    assertThat(e.failure()).isEqualTo(Failure.toolMissing(name.value(), "sh"));
                    return true;
                }
            });
        }
    }

    private LiveShed shed() {
        return new LiveShed(access, access.engine().find(name).orElseThrow());
    }

    private GenericContainer<?> container(String line, Map<String, String> labels) {
        var all = new HashMap<>(Map.of("shed", "true", "shed.name", name.value()));
        all.putAll(labels);
        return new GenericContainer<>(DockerImageName.parse(Engines.IMAGE))
                .withLabels(all)
                .withCreateContainerCmdModifier(create -> create.withUser("root"))
                .withCommand("sh", "-c", line);
    }
}
