package dev.shed.gateway.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The socket `control.sock` in the state directory, which nobody else can enter: a line comes with a request, an
/// answer goes back (its exit status in a line, then its text), and the connection ends.
///
/// The gateway makes the text itself: a program of another version, as during an upgrade, has nothing to understand.
public final class ControlSocket implements AutoCloseable {
    /// Its name in the state directory.
    static final String NAME = "control.sock";

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    /// Bytes of a request.
    private static final int LONGEST = 1000;

    /// Callers at the same time; others have to call again.
    private static final int MOST = 8;

    /// For a request to come, to be answered and to be read.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path path;
    private final ServerSocketChannel server;
    private final Function<String, Answer> answers;
    private final Semaphore places = new Semaphore(MOST);

    /// What is said to a request.
    ///
    /// @param status what the program that asked ends with
    public record Answer(int status, String text) {}

    private ControlSocket(Path path, ServerSocketChannel server, Function<String, Answer> answers) {
        this.path = path;
        this.server = server;
        this.answers = answers;
    }

    /// Listens in a state directory that is taken; what an earlier gateway has left there is removed.
    ///
    /// @param answers what is said to a request; runs on a thread of the connection's own
    static ControlSocket open(Path state, Function<String, Answer> answers) throws IOException {
        var path = state.resolve(NAME);
        Files.deleteIfExists(path);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        var socket = new ControlSocket(path, server, answers);
        Thread.ofVirtual().name("control/accept").start(socket::acceptAll);
        return socket;
    }

    /// The same where that is possible: nobody is kept out of a shed because the gateway cannot say how it is.
    public static @Nullable ControlSocket openIfPossible(Path state, Function<String, Answer> answers) {
        try {
            return open(state, answers);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", state)
                    .addKeyValue("problem", e.toString())
                    .log("no control socket: shed-gateway status will not find this gateway");
            return null;
        }
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                var caller = server.accept();
                if (places.tryAcquire()) {
                    Thread.ofVirtual().name("control/call").start(() -> serve(caller));
                } else {
                    caller.close();
                }
            } catch (IOException e) {
                if (server.isOpen()) {
                    // A lack of descriptors: logins suffer from it as well, and this is not worth a loop.
                    LOG.atWarn()
                            .addKeyValue("socket", path)
                            .setCause(e)
                            .log("the control socket does not answer any more");
                    return;
                }
            }
        }
    }

    private void serve(SocketChannel caller) {
        var limit = CompletableFuture.runAsync(
                () -> close(caller), CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        try (caller) {
            var answer = answers.apply(request(caller));
            var bytes = ByteBuffer.wrap((answer.status() + "\n" + answer.text()).getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                caller.write(bytes);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("somebody at the control socket has gone");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a defect of the control socket");
        } finally {
            limit.cancel(false);
            places.release();
        }
    }

    private static String request(SocketChannel caller) throws IOException {
        var in = Channels.newInputStream(caller);
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.size() == LONGEST) {
                throw new IOException("no line of at most " + LONGEST + " bytes");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("not closed");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
