package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A container engine: creates, starts, stops and lists containers. [ContainerRuntime] starts the processes
/// in them. Every method may fail with `ENGINE_UNAVAILABLE` and `ENGINE_REFUSED`, and may be called from any
/// thread.
public interface ContainerEngine extends AutoCloseable {
    /// The engine's name and version, for display.
    String version();

    /// Commands with which a user can act on this engine.
    EngineHints hints();

    /// All containers that are sheds, in any state, sorted by name.
    List<Container> list();

    /// The container of a shed. If two containers claim the name, it is the one called `shed-NAME`.
    Optional<Container> find(ShedName shed);

    /// Announces that [#find] will be called for this shed soon. Returns at once.
    default void expect(ShedName shed) {}

    /// All that is known about a container. Fails with `SHED_NOT_FOUND` if it no longer exists.
    ContainerDetails details(Container container);

    /// The last lines of output of a container's main program; empty if there is none or it is not known.
    String lastLines(Container container);

    /// Creates the volumes and the container, without starting it. Nothing is left behind on failure. Existing
    /// volumes of these names are used, and kept on failure.
    ///
    /// Fails with `SHED_ALREADY_EXISTS`, `IMAGE_NOT_FOUND`, `OTHER_HOME` if the existing home volume was made for
    /// another directory, or, if the engine refuses a value, `USAGE`. Of two calls for one name, at most one
    /// succeeds.
    Container create(ContainerSpec spec);

    /// The labels of a shed's workspace volume, even if the container does not exist; empty if there is no
    /// volume.
    Map<String, String> workspaceLabels(ShedName shed);

    /// The same of its home volume.
    Map<String, String> homeLabels(ShedName shed);

    /// Removes only the container and the volumes of a shed whose label [Container#CREATION] has this value.
    /// Another container of that name, and volumes that existed before, are not touched.
    ///
    /// @return true if something was removed; false may mean that the engine is still creating the container
    boolean undo(ShedName shed, String creation);

    /// Fails if the container could not be started again after a stop. Called before a stop, so nothing is
    /// lost.
    default void requireStartable(Container container) {}

    /// Starts a container. Does nothing if it is running.
    void start(Container container);

    /// The same, and tells what is waited for, if that may take long.
    ///
    /// @throws IOException of `waiting`; the container may start nevertheless
    default void start(Container container, Waiting waiting) throws IOException {
        start(container);
    }

    /// Receives what a start waits for.
    @FunctionalInterface
    interface Waiting {
        /// Called again and again while it waits.
        ///
        /// @param why a clause about the shed, such as `no node takes its pod`
        void because(String why) throws IOException;
    }

    /// Why a container that should run does not, as a clause; empty if the engine does not say.
    default Optional<String> trouble(Container container) {
        return Optional.empty();
    }

    /// Keeps with a container whether it was stopped on purpose: it then has the label [Container#STOPPED].
    ///
    /// @return false if the engine cannot keep that
    default boolean markStopped(Container container, boolean stopped) {
        return false;
    }

    /// Whether its containers can mount directories of this host.
    default boolean sharesHost() {
        return true;
    }

    /// Stops a container: with its own stop signal, then with SIGKILL after `grace`. Does nothing if it is
    /// stopped.
    void stop(Container container, Duration grace);

    /// Removes a container, running or not, and on request its volumes. It is no error if one of them does not
    /// exist any more.
    Kept remove(Container container, boolean withVolumes);

    /// Which volumes still exist after a removal, because they were to be kept or another container uses them.
    record Kept(boolean workspace, boolean home) {
        public boolean any() {
            return workspace || home;
        }
    }

    /// The network namespace that a container uses.
    Network network(Container container);

    /// Reports the events of containers to `observer` until the watch is closed or ends. With `since`, it
    /// begins with the earlier events that the engine still remembers.
    AutoCloseable watch(Optional<Instant> since, ContainerObserver observer);

    /// Copies the porter into a container and starts it.
    BareExec exec();

    /// Starts processes where no porter can run; empty if the engine cannot do so.
    default Optional<PlainExec> plainExec() {
        return Optional.empty();
    }

    @Override
    void close();
}
