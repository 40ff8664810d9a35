package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.LifecycleContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class DockerLifecycleIT extends LifecycleContract {
    private static DockerEngine engine;

    @BeforeAll
    static void open() {
        engine = Engines.engine("docker-lifecycle-it");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Override
    protected ContainerEngine engine() {
        return engine;
    }

    @Override
    protected String image() {
        return Engines.IMAGE;
    }
}
