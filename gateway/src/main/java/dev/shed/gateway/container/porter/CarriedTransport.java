package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.porter.carry.CarriedLink;
import dev.shed.gateway.container.porter.carry.Carrier;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Hello;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One stream that carries all connections: the stdin and stdout of an exec. Only the porter can
/// open a channel there, so there is no token.
final class CarriedTransport implements PorterTransport {
    private static final Logger LOG = LoggerFactory.getLogger(CarriedTransport.class);

    /// Added to the grace period of the tasks, for the porter's exit.
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    /// Who is at the other end of every channel.
    private static final String PEER = "";

    private final BareExec engine;
    private final String program;
    private final Launch launch;
    private final PorterServer.ConnectionHandler handler;
    private final String name;

    private volatile @Nullable Carrier carrier;

    /// @param program the porter's program in the container
    /// @param name the prefix of the threads' names
    CarriedTransport(
            BareExec engine, String program, Launch launch, PorterServer.ConnectionHandler handler, String name) {
        this.engine = engine;
        this.program = program;
        this.launch = launch;
        this.handler = handler;
        this.name = name;
    }

    @Override
    public ContainerProcess start(Container container) {
        var argv = launch.argv(program, "--carry", "--idle", Integer.toString(Porter.IDLE));
        var process = engine.start(container, launch.user(), argv, Map.of());
        carrier = new Carrier(process, name, this::greet);
        return process;
    }

    @Override
    public void copyOutput(ContainerProcess process, OutputStream words) throws IOException {
        var started = carrier;
        if (started != null) {
            started.run(words);
        }
    }

    @Override
    public boolean endsWithItsOutput() {
        return true;
    }

    @Override
    public void close() {
        var started = carrier;
        if (started != null) {
            started.closeWhenUnused(launch.grace().plus(FAREWELL));
        }
    }

    @Override
    public void leave() {
        close();
    }

    private void greet(CarriedLink link) {
        boolean admitted = false;
        try {
            var hello = Hello.read(link);
            link.send(ByteBuffer.wrap(new byte[] {Frames.VERSION}));
            admitted = handler.admit(hello, link, PEER);
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("carrier", name).setCause(e).log("connection refused");
        } finally {
            if (!admitted) {
                link.close();
            }
        }
    }
}
