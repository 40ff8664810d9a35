package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerDetails;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.EngineHints;
import dev.shed.gateway.container.Network;
import dev.shed.gateway.container.PlainExec;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A Docker Engine on the gateway's own host. It connects only when it is used: while the engine is down,
/// every request fails with `ENGINE_UNAVAILABLE`.
public final class DockerEngine implements ContainerEngine {
    private final EngineClient engine;
    private final Containers containers;
    private final Volumes volumes;
    private final Lifecycle lifecycle;
    private final Networks networks;
    private final DockerExec exec;

    public DockerEngine(DockerSettings settings) {
        this.engine = new EngineClient(settings.socket(), settings.timeout(), settings.requests());
        this.containers = new Containers(engine, settings.workspace());
        this.volumes = new Volumes(engine, settings.workspace());
        var homes = new Homes(engine, settings.user(), settings.workspace());
        this.lifecycle = new Lifecycle(engine, containers, volumes, homes);
        this.networks = new Networks(engine, containers);
        this.exec = new DockerExec(engine, containers, settings);
    }

    @Override
    public BareExec exec() {
        return exec;
    }

    @Override
    public Optional<PlainExec> plainExec() {
        return Optional.of(exec);
    }

    @Override
    public String version() {
        var version = engine.json("/version");
        // Docker reports the name "Engine", others their own ("Podman Engine").
        var name = version.path("Components").path(0).path("Name").asText("Engine");
        return "%s %s (API %s)"
                .formatted(
                        name.equals("Engine") ? "Docker Engine" : name,
                        version.path("Version").asText(),
                        version.path("ApiVersion").asText());
    }

    @Override
    public EngineHints hints() {
        return Containers.HINTS;
    }

    @Override
    public List<Container> list() {
        return containers.list();
    }

    @Override
    public Optional<Container> find(ShedName shed) {
        return containers.find(shed);
    }

    @Override
    public ContainerDetails details(Container container) {
        try {
            return Details.of(engine.ask(
                    docker -> docker.inspectContainerCmd(container.id()).exec()));
        } catch (EngineRefusedException e) {
            throw containers.meaning(container, e);
        }
    }

    @Override
    public String lastLines(Container container) {
        return lifecycle.lastLines(container);
    }

    @Override
    public Map<String, String> workspaceLabels(ShedName shed) {
        return volumes.labels(ContainerSpec.volumeName(shed));
    }

    @Override
    public Map<String, String> homeLabels(ShedName shed) {
        return volumes.labels(ContainerSpec.homeVolumeName(shed));
    }

    @Override
    public boolean undo(ShedName shed, String creation) {
        return lifecycle.undo(shed, creation);
    }

    @Override
    public AutoCloseable watch(Optional<Instant> since, ContainerObserver listener) {
        return EngineWatch.start(engine, containers, since, listener);
    }

    @Override
    public Container create(ContainerSpec spec) {
        return lifecycle.create(spec);
    }

    @Override
    public void start(Container container) {
        lifecycle.start(container);
    }

    @Override
    public void stop(Container container, Duration grace) {
        lifecycle.stop(container, grace);
    }

    @Override
    public Kept remove(Container container, boolean withVolumes) {
        exec.forget(container);
        return lifecycle.remove(container, withVolumes);
    }

    @Override
    public Network network(Container container) {
        return networks.of(container);
    }

    /// Hangs up the processes that still run, and waits for their end up to the grace period.
    @Override
    public void close() {
        exec.close();
        engine.close();
    }
}
