package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A container engine: creates, starts, stops and lists containers. [ContainerRuntime] starts the processes
/// in them. Every call may throw `ENGINE_UNAVAILABLE` and `ENGINE_REFUSED`; all may be called from any
/// thread.
public interface ContainerEngine extends AutoCloseable {
    /// The engine's name and version, for people.
    String version();

    /// What a person can do with this engine.
    EngineHints hints();

    /// Every container that is a shed, in any state, by name.
    List<Container> list();

    /// The container of one shed. Where two containers claim the name, the one called `shed-NAME` has it.
    Optional<Container> find(ShedName shed);

    /// Everything known about a container; `SHED_NOT_FOUND` when it is gone.
    ContainerDetails details(Container container);

    /// The last lines of what the main program of a container has said; empty when it said nothing, or that is not
    /// known.
    String lastLines(Container container);

    /// Makes volume and container, not started. When it fails nothing is left behind. A volume of that name
    /// that is there already is used and kept.
    ///
    /// Fails with `SHED_ALREADY_EXISTS`, `IMAGE_NOT_FOUND`, or `USAGE` for what the engine refuses. Two calls
    /// for one name cannot both succeed.
    Container create(ContainerSpec spec);

    /// The labels of a shed's workspace volume, whether there is a container or not; none when there is no volume.
    Map<String, String> workspaceLabels(ShedName shed);

    /// Removes the container and the volume of a shed that carry this value of the label
    /// [Container#CREATION], and nothing else: neither another container of that name nor a workspace that
    /// was there before.
    ///
    /// @return true if something was removed; false may mean that the engine is still creating the container
    boolean undo(ShedName shed, String creation);

    /// Fails, before anything is lost, when the container could not be started again if it were stopped now.
    default void requireStartable(Container container) {}

    /// Starts a container. Nothing happens to a running one.
    void start(Container container);

    /// Stops a container: its own stop signal first, SIGKILL after `grace`. Nothing happens to a stopped one.
    void stop(Container container, Duration grace);

    /// Removes a container, running or not, and its workspace volume if asked to. What is gone already is no
    /// error.
    ///
    /// @return whether its workspace volume stays: it was not asked to go, or another container uses it
    boolean remove(Container container, boolean withWorkspace);

    /// Whose network a container has.
    Network network(Container container);

    /// Has `observer` told what happens to containers from now on, and what has happened since `since`, as far as
    /// the engine remembers that. Until the watch is closed, or over.
    AutoCloseable watch(Optional<Instant> since, ContainerObserver observer);

    /// Copies the porter into a container and starts it.
    BareExec exec();

    /// What starts processes where no porter can run; empty for an engine without means for that.
    default Optional<PlainExec> plainExec() {
        return Optional.empty();
    }

    @Override
    void close();
}
