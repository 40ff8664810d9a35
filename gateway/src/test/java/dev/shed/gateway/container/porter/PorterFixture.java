package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.container.docker.DockerEngine;
import dev.shed.gateway.container.docker.Engines;
import dev.shed.gateway.container.docker.LiveShed;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A shed with a porter, for each test.
abstract class PorterFixture {
    @TempDir
    Path directory;

    final String mark = Integer.toString(ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000));
    final DockerEngine engine = Engines.engine("porter-it");
    ContainerAccess access;
    LiveShed shed;

    @AfterEach
    void remove() {
        shed.close();
        access.close();
    }

    @BeforeEach
    void start() {
        access = PorterSheds.over(engine, directory);
        shed = LiveShed.start(access);
    }
}
