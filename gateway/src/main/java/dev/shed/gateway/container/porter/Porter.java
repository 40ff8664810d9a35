package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.container.porter.frame.SocketLink;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.stream.PacedOutput;
import dev.shed.gateway.stream.Tail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The porter that runs in one container, from its start to its end. It is never started again: whoever
/// needs one after its end starts another.
final class Porter implements AutoCloseable {
    /// Connections that the porter keeps ready: a client that opens several channels at once finds one for
    /// each.
    static final int IDLE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Porter.class);

    /// Until it has started and dialled. An engine takes a tenth of a second, a busy one longer.
    private static final Duration START = Duration.ofSeconds(15);

    /// Until it has another idle connection. It takes a millisecond; with its process table full it may never.
    private static final Duration NEXT = Duration.ofSeconds(10);

    /// Until it answers a question. It takes a fraction of a millisecond; that of a paused container never does.
    private static final Duration ANSWER = Duration.ofMillis(100);

    private static final int TOKEN = 32;

    /// Bytes of what it says that tell why it ended.
    static final int LAST_WORDS = 400;

    private final Container container;
    private final PorterConnections connections;
    private final PorterServer server;

    /// Counted down when it is of no use any more, and when its process has ended as far as anybody can tell.
    private final CountDownLatch ended = new CountDownLatch(1);

    private final CountDownLatch exited = new CountDownLatch(1);

    /// What a porter is started with.
    ///
    /// @param directory the container's run directory, prepared
    record Settings(BareExec engine, Path directory, Launch launch) {
        private ContainerProcess start(Container container, String token) {
            var inside = Container.RUN_DIRECTORY + "/";
            var argv = launch.argv(
                    inside + RunDirectories.PROGRAM,
                    "--socket",
                    inside + RunDirectories.SOCKET,
                    "--sockets",
                    Container.SOCKETS,
                    "--idle",
                    Integer.toString(IDLE));
            return engine.start(container, launch.user(), argv, Map.of("SHED_PORTER_TOKEN", token));
        }
    }

    private Porter(Container container, PorterConnections connections, PorterServer server) {
        this.container = container;
        this.connections = connections;
        this.server = server;
    }

    /// Starts one and waits until it has dialled. `STATE_UNUSABLE` when there is no place for its socket.
    ///
    /// @throws IOException when it cannot run there; the engine's own failures come as they are
    static Porter start(Container container, Settings settings) throws IOException, InterruptedException {
        var token = token();
        var connections = new PorterConnections();
        var socket = settings.directory().resolve(RunDirectories.SOCKET);
        var server = listen(socket, token, connections, "porter-" + container.shed());
        var porter = new Porter(container, connections, server);
        try {
            porter.run(settings.start(container, token));
            return porter;
        } catch (IOException | InterruptedException | RuntimeException e) {
            porter.end("it did not start");
            throw e;
        }
    }

    private static PorterServer listen(Path socket, String token, PorterConnections connections, String name) {
        try {
            return PorterServer.open(socket, token.getBytes(StandardCharsets.US_ASCII), connections, name);
        } catch (IOException e) {
            throw ShedException.stateUnusable(socket, e);
        }
    }

    /// Sends a request on an idle connection.
    ///
    /// Fails with `LIMIT_REACHED` when the container has no room for another process.
    ///
    /// @throws IOException when the porter has gone, and nothing was started
    Link open(byte[] request) throws IOException, InterruptedException {
        while (true) {
            var link = new SocketLink(next());
            try {
                link.send(ByteBuffer.wrap(request));
                return link;
            } catch (IOException e) {
                // The porter's process behind it was killed while it was idle: the request reached nobody.
                link.close();
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    /// Whether it answers now.
    boolean answers() {
        try {
            return connections.answers(ANSWER);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Asks it to listen; the answer comes on the link, and everybody who connects goes to `acceptor`.
    ///
    /// @throws IOException when the porter has gone
    Link listen(String listener, byte[] request, ContainerListener.Acceptor acceptor)
            throws IOException, InterruptedException {
        connections.await(listener, acceptor);
        return open(request);
    }

    void forget(String listener) {
        connections.forget(listener);
    }

    boolean ended() {
        return connections.ended();
    }

    /// Hangs up: the porter ends by itself, and hangs up what is still connected with it.
    @Override
    public void close() {
        end("it is not needed any more");
    }

    /// The same of one whose place another porter takes.
    void giveWay() {
        end("it cannot become the shed's user");
    }

    /// The same as the gateway ends: the next one sees by the socket that a porter was here.
    void leave() {
        server.leave();
        close();
    }

    /// Waits for the end of its process.
    void awaitExit(Duration limit) throws InterruptedException {
        if (!exited.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.atDebug().addKeyValue("shed", container.shed()).log("porter takes its time to end");
        }
    }

    private void run(ContainerProcess process) throws IOException, InterruptedException {
        var name = "porter-" + container.shed();
        Thread.ofVirtual().name(name + "/words").start(() -> attend(process));
        try {
            var control = connections.awaitControl(START);
            Thread.ofVirtual().name(name + "/control").start(() -> listen(control));
        } catch (IOException | InterruptedException e) {
            process.close();
            throw e;
        }
        LOG.atInfo().addKeyValue("shed", container.shed()).log("porter started");
    }

    private SocketChannel next() throws IOException, InterruptedException {
        var channel = connections.next(NEXT);
        return channel.orElseThrow(() -> {
            var trouble = connections.trouble().map(text -> ": " + text).orElse("");
            var limit = "shed '" + container.shed() + "' cannot start another process" + trouble;
            return new ShedException(Failure.limitReached(limit));
        });
    }

    private void listen(SocketChannel control) {
        try {
            connections.listen(control);
            end("it went away");
        } catch (IOException e) {
            end("its control connection broke: " + e.getMessage());
        }
    }

    /// Stays with the porter's process, for its last words. An engine that restarts lets go of it without an end: as
    /// long as there is a control connection, that alone tells.
    private void attend(ContainerProcess process) {
        try (process) {
            var why = lastWords(process);
            if (!connections.controlled()) {
                end(why);
            }
            ended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            exited.countDown();
        }
    }

    private static String lastWords(ContainerProcess process) {
        var words = new Tail(LAST_WORDS);
        // Root in the container can write there, too.
        var paced = PacedOutput.sleeping(words, () -> true);
        try {
            process.copyOutput(paced, paced);
            return "it ended: " + FailureText.printable(words.toString().strip());
        } catch (ShedException e) {
            return e.failure().message();
        } catch (IOException e) {
            return "the engine let go of it: " + e.getMessage();
        }
    }

    /// The socket goes first: as soon as this porter counts as ended another one may listen at its place.
    private void end(String why) {
        server.close();
        if (connections.end(why)) {
            LOG.atInfo()
                    .addKeyValue("shed", container.shed())
                    .addKeyValue("why", why)
                    .log("porter ended");
            ended.countDown();
        }
    }

    private static String token() {
        var random = new byte[TOKEN];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
