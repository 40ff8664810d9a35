package dev.shed.gateway.shed;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The life of sheds: create, find, start, stop, delete. The engine is the only memory of what exists; the
/// gateway remembers nothing but which sheds were stopped on purpose.
public final class Sheds {
    private final ContainerRuntime runtime;
    private final StoppedSheds stopped;
    private final Defaults defaults;

    /// How sheds are made and stopped when nobody says otherwise.
    ///
    /// @param image the image of a new shed
    /// @param stopGrace how long a stopping shed has before it is killed
    public record Defaults(String image, Duration stopGrace) {}

    public Sheds(ContainerRuntime runtime, StoppedSheds stopped, Defaults defaults) {
        this.runtime = runtime;
        this.stopped = stopped;
        this.defaults = defaults;
    }

    /// Every shed, by name.
    public List<Shed> list() {
        return runtime.list().stream().map(this::shed).toList();
    }

    /// The shed of that name; `SHED_NOT_FOUND` when there is none.
    public Shed find(ShedName name) {
        return runtime.find(name)
                .map(this::shed)
                .orElseThrow(() -> new ShedException(new Failure.ShedNotFound(name.value())));
    }

    /// Makes and starts a shed. Nothing half-made is left when it fails, and a workspace
    /// that was kept from before is kept.
    public Shed create(ShedName name, Optional<String> image) {
        boolean workspaceIsOld = runtime.hasWorkspace(name);
        var container = runtime.create(new ContainerSpec(name, image.orElse(defaults.image()), Map.of()));
        try {
            runtime.start(container);
        } catch (ShedException e) {
            runtime.remove(container, !workspaceIsOld);
            throw e;
        }
        stopped.remove(container.id());
        return find(name);
    }

    /// Starts a stopped shed; `SHED_ALREADY_RUNNING` when it runs.
    public Shed start(ShedName name) {
        var shed = find(name);
        if (shed.running()) {
            throw new ShedException(new Failure.ShedAlreadyRunning(name.value()));
        }
        return wake(shed);
    }

    /// Starts a shed for a login, whoever stopped it. Two logins may do so at once.
    public Shed wake(Shed shed) {
        runtime.start(shed.container());
        stopped.remove(shed.container().id());
        return find(shed.name());
    }

    /// Stops a shed on purpose, and with it its sessions; `SHED_ALREADY_STOPPED` when it does not run.
    public void stop(ShedName name) {
        var shed = find(name);
        if (shed.container().state() == Container.State.STOPPED) {
            throw new ShedException(new Failure.ShedAlreadyStopped(name.value()));
        }
        // First the note, then the deed: a login in between must not wake what is being stopped.
        stopped.add(shed.container().id());
        try {
            runtime.stop(shed.container(), defaults.stopGrace());
        } catch (ShedException e) {
            stopped.remove(shed.container().id());
            throw e;
        }
    }

    /// Removes a shed, running or not, and its workspace unless `keepWorkspace`.
    public void delete(ShedName name, boolean keepWorkspace) {
        var shed = find(name);
        runtime.remove(shed.container(), !keepWorkspace);
        stopped.remove(shed.container().id());
    }

    private Shed shed(Container container) {
        return new Shed(container, stopped.contains(container.id()));
    }
}
