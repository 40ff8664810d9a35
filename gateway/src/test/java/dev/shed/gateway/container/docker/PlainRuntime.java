package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.SocketRefusedException;
import java.util.Optional;

/// What a gateway is without any porter.
///
/// @param engine starts all processes
record PlainRuntime(DockerEngine engine) implements ContainerRuntime {
    @Override
    public ContainerProcess start(ExecSpec spec) {
        return engine.plainExec().orElseThrow().start(spec);
    }

    @Override
    public ContainerSocket dial(Container container, Endpoint to) throws SocketRefusedException {
        throw new SocketRefusedException("no porter");
    }

    @Override
    public ContainerListener listen(
            Container container, Endpoint at, ContainerListener.Mode mode, ContainerListener.Acceptor acceptor)
            throws SocketRefusedException {
        throw new SocketRefusedException("no porter");
    }

    @Override
    public Optional<String> starter(Container container) {
        return Optional.of("the engine");
    }

    @Override
    public void takeOver() {
        engine.exec().endAbandoned();
    }

    @Override
    public void close() {}
}
