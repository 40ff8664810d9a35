package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The container engine, as far as shed needs it. Every call may throw `ENGINE_UNAVAILABLE` and
/// `ENGINE_REFUSED`; all may be called from any thread.
public interface ContainerRuntime extends AutoCloseable {
    /// The engine's name and version, for people.
    String version();

    /// Every container that is a shed, in any state, by name.
    List<Container> list();

    /// The container of one shed. Where two containers claim the name, the one called `shed-NAME` has it.
    Optional<Container> find(ShedName shed);

    /// Everything known about a container; `SHED_NOT_FOUND` when it is gone.
    ContainerDetails details(Container container);

    /// The last lines of what the main program of a container has said; empty when it said nothing, or that is not
    /// known.
    String lastLines(Container container);

    /// What starts the processes in a container, for people; empty when none was asked for yet.
    Optional<String> starter(Container container);

    /// Makes volume and container, not started. When it fails nothing is left behind. A volume of that name
    /// that is there already is used and kept.
    ///
    /// Fails with `SHED_ALREADY_EXISTS`, `IMAGE_NOT_FOUND`, or `USAGE` for what the engine refuses. Two calls
    /// for one name cannot both succeed.
    Container create(ContainerSpec spec);

    /// The labels of a shed's workspace volume, whether there is a container or not; none when there is no volume.
    Map<String, String> workspaceLabels(ShedName shed);

    /// Removes the container and the volume of a shed that carry this value of the label [Container#CREATION], and
    /// nothing else: neither another container of that name nor a workspace that was there before.
    ///
    /// @return whether there was anything; an engine that was asked to make it may still be at work otherwise
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

    /// Starts a process. `SHED_STOPPED` or `SHED_NOT_READY` when the container does not run (any more),
    /// `SHED_NOT_FOUND` when it is gone.
    ContainerProcess start(ExecSpec spec);

    /// Opens a connection to a socket as the shed's user, as a process in the container would; the socket's
    /// [ContainerSocket#receive] tells what comes of it. Fails as [#start(ExecSpec)] does.
    ///
    /// @throws SocketRefusedException where the engine has no means for it
    ContainerSocket dial(Container container, Endpoint to) throws SocketRefusedException;

    /// Listens as the shed's user; what is made can be opened by that user alone. Fails as [#start(ExecSpec)]
    /// does.
    ///
    /// @throws SocketRefusedException when nobody can listen there
    ContainerListener listen(
            Container container, Endpoint at, ContainerListener.Mode mode, ContainerListener.Acceptor acceptor)
            throws SocketRefusedException;

    /// Whose network a container has.
    Network network(Container container);

    /// Has `observer` told what happens to containers from now on, and what has happened since `since`, as far as
    /// the engine remembers that. Until the watch is closed, or over.
    AutoCloseable watch(Optional<Instant> since, ContainerObserver observer);

    /// Takes over what an earlier life of this gateway left: ends the processes that it started and could not end
    /// (it was killed), since nobody holds their other end any more, and makes ready for those who come back.
    /// What belongs to other gateways is left alone.
    void takeOver();

    @Override
    void close();
}
