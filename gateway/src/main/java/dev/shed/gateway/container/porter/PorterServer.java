package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.porter.frame.Hello;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.container.porter.frame.SocketLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The socket that a porter connects to. Every user in the container can connect, so the token is checked. A
/// connection without the token is told nothing, is closed after a short time, and counts against a limit.
final class PorterServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PorterServer.class);

    /// The time limit for the greeting. A porter sends it at once.
    private static final Duration GREETING = Duration.ofSeconds(5);

    /// The pause after a failed accept, which usually means that no descriptors are free.
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Path path;
    private final byte[] token;
    private final ConnectionHandler handler;
    private final String name;
    private final ServerSocketChannel server;
    private final ReentrantLock closing = new ReentrantLock();
    private final UnauthenticatedConnections unauthenticated = new UnauthenticatedConnections();

    /// Receives the connections that sent the right token.
    interface ConnectionHandler {
        /// Runs on a thread of the connection.
        ///
        /// @param peer the user of the connecting process, by its name on the host if there is one
        /// @return whether the connection was taken; it is closed otherwise
        boolean admit(Hello hello, Link link, String peer);
    }

    private PorterServer(Path path, byte[] token, ConnectionHandler handler, String name, ServerSocketChannel server) {
        this.path = path;
        this.token = token;
        this.handler = handler;
        this.name = name;
        this.server = server;
    }

    /// @param name the prefix of the threads' names
    static PorterServer open(Path path, byte[] token, ConnectionHandler handler, String name) throws IOException {
        Files.deleteIfExists(path);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            // All users of the container may connect: the engine's mapping of users determines as which host
            // user the porter runs. The token authenticates it. Other users of the host cannot enter the
            // state directory.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        var opened = new PorterServer(path, token, handler, name, server);
        Thread.ofVirtual().name(name + "/accept").start(opened::acceptAll);
        return opened;
    }

    /// Stops listening and removes the socket's file. Admitted connections stay open.
    @Override
    public void close() {
        stop(true);
    }

    /// Stops listening, but leaves the socket's file, as a killed gateway would. The next gateway then starts
    /// a porter again.
    void leave() {
        stop(false);
    }

    private void stop(boolean remove) {
        closing.lock();
        try {
            if (server.isOpen()) {
                server.close();
                if (remove) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            // On a read-only disk the file stays, and the next gateway starts a porter without need.
            LOG.atWarn().addKeyValue("socket", path).addKeyValue("cause", e).log("cannot remove a porter's socket");
        } finally {
            closing.unlock();
        }
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                var channel = server.accept();
                // An accept in progress may return after the close, and the socket's file may still exist
                // then.
                if (server.isOpen()) {
                    Thread.ofVirtual().name(name + "/connection").start(() -> greet(channel));
                } else {
                    channel.close();
                }
            } catch (IOException e) {
                if (server.isOpen()) {
                    LOG.atWarn().addKeyValue("socket", path).setCause(e).log("cannot accept a porter's connection");
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void greet(SocketChannel channel) {
        boolean admitted = false;
        try {
            var user =
                    channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
            var hello = introduced(channel, user);
            if (MessageDigest.isEqual(hello.token(), token)) {
                channel.write(ByteBuffer.wrap(new byte[] {hello.spoken()}));
                admitted = handler.admit(hello, new SocketLink(channel, hello.spoken()), user);
            }
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("socket", path).setCause(e).log("connection refused");
        } finally {
            if (!admitted) {
                closeQuietly(channel);
            }
        }
    }

    private Hello introduced(SocketChannel channel, String user) throws IOException {
        if (!unauthenticated.enter(user)) {
            throw new IOException("too many connections of " + user + " at once");
        }
        var watchdog = Thread.ofVirtual().name(name + "/watchdog").start(() -> closeLater(channel));
        try {
            return Hello.read(channel);
        } finally {
            watchdog.interrupt();
            unauthenticated.leave(user);
        }
    }

    private static void closeLater(SocketChannel channel) {
        try {
            Thread.sleep(GREETING);
            channel.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the greeting was received
        } catch (IOException e) {
            throw new UncheckedIOException("closing a local socket cannot fail", e);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing a local socket cannot fail", e);
        }
    }
}
