package dev.shed.gateway.container;

import java.util.Optional;

/// Processes and sockets in containers. The containers themselves are managed by [ContainerEngine]. Every call may
/// throw
/// `ENGINE_UNAVAILABLE` and `ENGINE_REFUSED`; all calls may be made from any thread.
public interface ContainerRuntime extends AutoCloseable {
    /// Starts a process. `SHED_STOPPED` or `SHED_NOT_READY` when the container does not run (any more),
    /// `SHED_NOT_FOUND` when it is gone.
    ContainerProcess start(ExecSpec spec);

    /// Opens a connection to a socket as the shed's user, as a process in the container would; the socket's
    /// [ContainerSocket#receive] tells what comes of it. Fails as [#start(ExecSpec)] does.
    ///
    /// @throws SocketRefusedException where there are no means for it
    ContainerSocket dial(Container container, Endpoint to) throws SocketRefusedException;

    /// Listens as the shed's user; what is made can be opened by that user alone. Fails as [#start(ExecSpec)]
    /// does.
    ///
    /// @throws SocketRefusedException when nobody can listen there
    ContainerListener listen(
            Container container, Endpoint at, ContainerListener.Mode mode, ContainerListener.Acceptor acceptor)
            throws SocketRefusedException;

    /// What starts the processes in a container, for people; empty when none was asked for yet.
    Optional<String> starter(Container container);

    /// Takes over what an earlier life of this gateway left: ends the processes that it started and could not end
    /// (it was killed), since nobody holds their other end any more, and makes ready for those who come back.
    /// What belongs to other gateways is left alone.
    void takeOver();

    /// Hangs up what still runs and waits for that.
    @Override
    void close();
}
