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

/// The unix socket `control.sock` in the state directory, which only its owner can enter. A client sends one
/// line with a request. The gateway answers with a line that has the exit status, and the text, and closes
/// the connection.
///
/// The gateway formats the text itself, so that a client of another version, as during an upgrade, need not
/// parse anything.
public final class ControlSocket implements AutoCloseable {
    /// Its name in the state directory.
    static final String NAME = "control.sock";

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    /// Limit on a request, in bytes.
    private static final int LONGEST = 1000;

    /// Limit on simultaneous connections; further ones are closed.
    private static final int MOST = 8;

    /// Limit on one connection: receiving the request, answering it, and sending the answer.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path path;
    private final ServerSocketChannel server;
    private final Function<String, Answer> answers;
    private final Semaphore places = new Semaphore(MOST);

    /// The answer to a request.
    ///
    /// @param status the exit status of the program that asked
    public record Answer(int status, String text) {}

    private ControlSocket(Path path, ServerSocketChannel server, Function<String, Answer> answers) {
        this.path = path;
        this.server = server;
        this.answers = answers;
    }

    /// Listens in a state directory that this gateway has locked; replaces the socket of an earlier gateway.
    ///
    /// @param answers answers a request; called on the connection's own thread
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

    /// Like [#open], but null if that fails: logins must not depend on the status.
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

    /// Whether a gateway listens in this state directory.
    public static boolean answers(Path state) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(state.resolve(NAME)));
        } catch (IOException _) {
            return false;
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
                    // Out of file descriptors. Logins fail as well then, so this stops listening instead of
                    // retrying.
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
