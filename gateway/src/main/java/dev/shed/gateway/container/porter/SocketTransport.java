package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/// A socket in the container's run directory, which the porter dials with its token.
final class SocketTransport implements PorterTransport {
    private static final int TOKEN = 32;

    private final BareExec engine;
    private final Launch launch;
    private final String token = token();
    private final PorterServer server;

    /// Listens from now on. Fails with `STATE_UNUSABLE` if the socket cannot be created.
    ///
    /// @param directory the container's run directory, prepared
    /// @param name the prefix of the threads' names
    SocketTransport(
            BareExec engine, Path directory, Launch launch, PorterServer.ConnectionHandler handler, String name) {
        this.engine = engine;
        this.launch = launch;
        var socket = directory.resolve(RunDirectories.SOCKET);
        try {
            server = PorterServer.open(socket, token.getBytes(StandardCharsets.US_ASCII), handler, name);
        } catch (IOException e) {
            throw ShedException.stateUnusable(socket, e);
        }
    }

    /// The porter's program in the container.
    static String program() {
        return Container.RUN_DIRECTORY + "/" + RunDirectories.PROGRAM;
    }

    @Override
    public ContainerProcess start(Container container) {
        var socket = Container.RUN_DIRECTORY + "/" + RunDirectories.SOCKET;
        var argv = launch.argv(program(), "--socket", socket, "--idle", Integer.toString(Porter.IDLE));
        return engine.start(container, launch.user(), argv, Map.of("SHED_PORTER_TOKEN", token));
    }

    @Override
    public void copyOutput(ContainerProcess process, OutputStream words) throws IOException {
        process.copyOutput(words, words);
    }

    /// A restarting engine closes the output while the porter still runs.
    @Override
    public boolean endsWithItsOutput() {
        return false;
    }

    @Override
    public void close() {
        server.close();
    }

    /// The socket's file stays, so that the next gateway starts a porter again.
    @Override
    public void leave() {
        server.leave();
    }

    private static String token() {
        var random = new byte[TOKEN];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
