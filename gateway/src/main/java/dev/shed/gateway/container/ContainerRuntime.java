package dev.shed.gateway.container;

import java.util.Map;
import java.util.Optional;

/// Processes and sockets in containers. The containers themselves are managed by [ContainerEngine]. Every
/// method may fail with `ENGINE_UNAVAILABLE` and `ENGINE_REFUSED`, and may be called from any thread.
public interface ContainerRuntime extends AutoCloseable {
    /// Starts a process. Fails with `SHED_STOPPED` or `SHED_NOT_READY` if the container does not run, and
    /// with `SHED_NOT_FOUND` if it does not exist any more.
    ContainerProcess start(ExecSpec spec);

    /// Connects to a socket as the shed's user, as a process in the container would. The result of the
    /// connect is reported by [ContainerSocket#receive]. Fails as [#start(ExecSpec)] does.
    ///
    /// @throws SocketRefusedException if sockets are not supported in this container
    ContainerSocket dial(Container container, Endpoint to) throws SocketRefusedException;

    /// Listens as the shed's user. Only that user can connect to a unix socket created here. Fails as
    /// [#start(ExecSpec)] does.
    ///
    /// @throws SocketRefusedException if the address cannot be listened on
    ContainerListener listen(
            Container container, Endpoint at, ContainerListener.Mode mode, ContainerListener.Acceptor acceptor)
            throws SocketRefusedException;

    /// A description, for `info`, of how processes are started in the container; empty before the first
    /// process.
    Optional<String> starter(Container container);

    /// How many containers have their processes started in each way: by a porter that dials the
    /// gateway (`resident`), by one whose connections are carried over an exec (`carried`), or by
    /// the engine (`absent`).
    default Map<String, Integer> porters() {
        return Map.of();
    }

    /// The path in the container of a program that runs another one on a terminal of its own, with `--relay --` before
    /// its words, and reads what it tells by OSC 7501; empty if there is none.
    default Optional<String> relay(Container container) {
        return Optional.empty();
    }

    /// Cleans up after a gateway that was killed: ends the processes that it left, and starts the porters of
    /// the sheds that were in use. Processes of other gateways are not touched.
    void takeOver();

    /// Hangs up the processes that still run, and waits for them to end.
    @Override
    void close();
}
