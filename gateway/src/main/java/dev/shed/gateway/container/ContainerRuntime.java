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

    /// How processes are started in the container, in words for `info`; empty before the first process.
    Optional<String> starter(Container container);

    /// Cleans up after a gateway that was killed: ends the processes that it left, and starts the porters of
    /// the sheds that were in use. What belongs to other gateways is left alone.
    void takeOver();

    /// Hangs up what still runs and waits for that.
    @Override
    void close();
}
