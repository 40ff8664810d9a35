package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.stream.PacedOutput;
import dev.shed.gateway.stream.Tail;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The porter that runs in one container, from its start to its end. An ended porter is not restarted; a new
/// one is started instead.
final class Porter implements AutoCloseable {
    /// Idle connections that the porter keeps open, so that a client can open several channels at once
    /// without waiting.
    static final int IDLE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Porter.class);

    /// The time limit for the porter to start and connect. An engine usually needs 100 ms.
    private static final Duration START = Duration.ofSeconds(15);

    /// The time limit for another idle connection. It usually takes a millisecond. If the container's process
    /// limit is reached, there may be none.
    private static final Duration NEXT = Duration.ofSeconds(10);

    /// Bytes of its error output to keep, as the reason for its end.
    static final int LAST_WORDS = 400;

    private final Container container;
    private final PorterConnections connections;
    private final PorterTransport transport;

    /// Counted down when the porter is no longer usable, and when its process has ended as far as can be
    /// determined.
    private final CountDownLatch ended = new CountDownLatch(1);

    private final CountDownLatch exited = new CountDownLatch(1);

    /// Whether it has misused one that it passed.
    private volatile boolean keepsTerminals;

    /// Why the engine did not run it. Set before the connections end.
    private volatile @Nullable ShedException failure;

    private Porter(Container container, PorterConnections connections, PorterTransport transport) {
        this.container = container;
        this.connections = connections;
        this.transport = transport;
    }

    /// Starts a porter that dials a socket, and waits until it has connected. Fails with `STATE_UNUSABLE` if the socket
    /// cannot be created.
    ///
    /// @param directory the container's run directory, prepared
    /// @throws IOException if the porter cannot run in the container; failures of the engine are thrown
    /// unchanged
    static Porter start(BareExec engine, Container container, Path directory, Launch launch)
            throws IOException, InterruptedException {
        var connections = new PorterConnections();
        return started(
                container, connections, new SocketTransport(engine, directory, launch, connections, name(container)));
    }

    /// Starts a porter whose connections are carried over the exec that starts it.
    ///
    /// @param program the porter's program in the container
    /// @throws IOException as above. The cause is the engine's failure, if that could not start the program
    static Porter carried(BareExec engine, Container container, String program, Launch launch)
            throws IOException, InterruptedException {
        var connections = new PorterConnections();
        return started(
                container, connections, new CarriedTransport(engine, program, launch, connections, name(container)));
    }

    private static Porter started(Container container, PorterConnections connections, PorterTransport transport)
            throws IOException, InterruptedException {
        var porter = new Porter(container, connections, transport);
        try {
            porter.run(transport.start(container));
            return porter;
        } catch (IOException | InterruptedException | RuntimeException e) {
            porter.end("it did not start");
            throw e;
        }
    }

    private static String name(Container container) {
        return "porter-" + container.shed();
    }

    /// Whether its connections are carried over one exec.
    boolean isCarried() {
        return transport.endsWithItsOutput();
    }

    /// Sends a request on an idle connection.
    ///
    /// Fails with `LIMIT_REACHED` if the container cannot have another process.
    ///
    /// @throws IOException if the porter has ended; nothing was started
    Link open(byte[] request) throws IOException, InterruptedException {
        while (true) {
            var link = next();
            try {
                link.send(ByteBuffer.wrap(request));
                return link;
            } catch (IOException e) {
                // The porter's process for this connection was killed while idle, so the request had no
                // effect.
                link.close();
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    /// The version of the protocol for requests to it.
    byte version() {
        var version = connections.version();
        return keepsTerminals && version > Frames.LISTING ? Frames.LISTING : version;
    }

    /// Has it copy the bytes of terminals from now on, and not pass them.
    void keepTerminals() {
        keepsTerminals = true;
    }

    /// Takes a connection that takes another request.
    void giveBack(Link link) {
        connections.giveBack(link);
    }

    /// Whether the porter answers within this time.
    boolean answers(Duration limit) {
        try {
            return connections.answers(limit);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Requests a listener. The reply arrives on the link, and accepted connections are passed to `acceptor`.
    ///
    /// @throws IOException if the porter has ended
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

    /// Closes all connections. The porter then hangs up its tasks and exits.
    @Override
    public void close() {
        end("it is not needed any more");
    }

    /// The same for a porter that is replaced by another one.
    void giveWay() {
        end("it cannot become the shed's user");
    }

    /// The same when the gateway stops. The socket's file stays, so that the next gateway starts a porter
    /// again.
    void leave() {
        transport.leave();
        close();
    }

    /// Waits until the porter's process has ended.
    void awaitExit(Duration limit) throws InterruptedException {
        if (!exited.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.atDebug().addKeyValue("shed", container.shed()).log("porter takes its time to end");
        }
    }

    private void run(ContainerProcess process) throws IOException, InterruptedException {
        var name = name(container);
        Thread.ofVirtual().name(name + "/words").start(() -> attend(process));
        try {
            var control = connections.awaitControl(START);
            Thread.ofVirtual().name(name + "/control").start(() -> listen(control));
        } catch (IOException e) {
            process.close();
            throw failure == null ? e : new IOException(e.getMessage(), failure);
        } catch (InterruptedException e) {
            process.close();
            throw e;
        }
        LOG.atInfo().addKeyValue("shed", container.shed()).log("porter started");
    }

    private Link next() throws IOException, InterruptedException {
        var link = connections.next(NEXT);
        return link.orElseThrow(() -> {
            var trouble = connections.trouble().map(text -> ": " + text).orElse("");
            var limit = "shed '" + container.shed() + "' cannot start another process" + trouble;
            return new ShedException(Failure.limitReached(limit));
        });
    }

    private void listen(Link control) {
        try {
            connections.listen(control);
            end("it went away");
        } catch (IOException e) {
            end("its control connection broke: " + e.getMessage());
        }
    }

    /// Reads the porter's output until its process has ended. A restarting engine closes this stream while the porter
    /// still runs. So one with a socket counts as ended only if its control connection is closed, too.
    private void attend(ContainerProcess process) {
        try (process) {
            var why = lastWords(process);
            if (isCarried() || !connections.controlled()) {
                end(why);
            }
            ended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            exited.countDown();
        }
    }

    private String lastWords(ContainerProcess process) {
        var words = new Tail(LAST_WORDS);
        // Paced, because root in the container can write to this stream, too.
        var paced = PacedOutput.sleeping(words, () -> true);
        try {
            transport.copyOutput(process, paced);
            return "it ended: " + FailureText.printable(words.toString().strip());
        } catch (ShedException e) {
            failure = e;
            return e.failure().message();
        } catch (ProtocolException e) {
            return "it breaks the protocol: " + e.getMessage();
        } catch (IOException e) {
            return "the engine let go of it: " + e.getMessage();
        }
    }

    /// The socket is removed first: as soon as this porter counts as ended, another one may listen at the
    /// same path.
    private void end(String why) {
        transport.close();
        if (connections.end(why)) {
            LOG.atInfo()
                    .addKeyValue("shed", container.shed())
                    .addKeyValue("why", why)
                    .log("porter ended");
            ended.countDown();
        }
    }
}
