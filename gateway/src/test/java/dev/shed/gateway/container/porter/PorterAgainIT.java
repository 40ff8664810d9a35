package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.docker.Engines;
import dev.shed.gateway.container.docker.LiveShed;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway that starts has the porters started that the one before it had: those who were connected come back.
class PorterAgainIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private ContainerAccess access;
    private LiveShed shed;

    @BeforeEach
    void start() {
        access = PorterSheds.access("porter-again", directory);
        shed = LiveShed.start(access);
    }

    @AfterEach
    void remove() {
        shed.close();
        access.close();
    }

    @Test
    void whatWasInUseIsStartedBeforeAnybodyAsks() throws Exception {
        assertThat(shed.sh("true").status().code()).isZero();

        nextLife();
        access.runtime().takeOver();

        Await.until("a porter", SOON, this::isStarted);
        // Itself, those that wait, and the one that asks.
        Await.until("it is the only one", SOON, () -> shed.processes("/run/shed/porter") == 2 + Porter.IDLE);
    }

    /// Its name comes first, and so would its porter.
    @Test
    void whatWasNotInUseIsLeftAlone() throws Exception {
        assertThat(shed.sh("true").status().code()).isZero();
        var first = ShedName.parse("a" + shed.container().shed());
        var unused = access.engine().create(new ContainerSpec(first, Engines.IMAGE, Map.of()));
        try {
            access.engine().start(unused);
            nextLife();
            access.runtime().takeOver();

            Await.until("a porter", SOON, this::isStarted);
            assertThat(access.runtime().starter(unused)).isEmpty();
        } finally {
            access.engine().remove(unused, true);
        }
    }

    @Test
    void whatWasStoppedIsLeftAlone() throws Exception {
        assertThat(shed.sh("true").status().code()).isZero();
        var socket = shed.container().runDirectory().orElseThrow().resolve(RunDirectories.SOCKET);
        assertThat(socket).exists();

        access.engine().stop(shed.container(), Duration.ZERO);

        assertThat(socket).doesNotExist();
    }

    @Test
    void whatIsBeingStartedWhenTheGatewayStopsEndsWithIt() throws Exception {
        var socket = shed.container().runDirectory().orElseThrow().resolve(RunDirectories.SOCKET);
        var asking = Thread.ofVirtual().start(this::ask);
        Await.until("it is being started", SOON, () -> Files.exists(socket));

        nextLife();

        assertThat(asking.join(SOON)).isTrue();
        try (var engine = Engines.withoutPorters("porter-again-onlooker")) {
            var onlooker = new LiveShed(engine, shed.container());
            Await.until("none is left", SOON, () -> onlooker.processes("/run/shed/porter") == 0);
        }
    }

    /// It may come too late or not.
    private void ask() {
        try {
            shed.sh("true");
        } catch (ShedException | IOException _) {
            // The gateway is stopping.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStarted() {
        return access.runtime().starter(shed.container()).isPresent();
    }

    private void nextLife() {
        access.close();
        access = PorterSheds.access("porter-again", directory);
        shed = new LiveShed(access, shed.container());
    }
}
