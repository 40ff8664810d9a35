package dev.shed.gateway.container.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands before the real engine and can go away as an engine does that is restarted.
public final class Relay implements AutoCloseable {
    private final Path socket;
    private final Path engine = Path.of(Engines.HOST.getPath());
    private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private final AtomicInteger connected = new AtomicInteger();

    public Relay(Path socket) throws IOException {
        this.socket = socket;
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::accept);
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
        for (var channel : open) {
            channel.close();
        }
    }

    /// How many clients have not gone.
    int connected() {
        return connected.get();
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                var upstream = SocketChannel.open(UnixDomainSocketAddress.of(engine));
                open.add(client);
                open.add(upstream);
                connected.incrementAndGet();
                Thread.ofVirtual().start(() -> {
                    copy(client, upstream);
                    connected.decrementAndGet();
                });
                Thread.ofVirtual().start(() -> copy(upstream, client));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        try {
            Channels.newInputStream(from).transferTo(Channels.newOutputStream(to));
            to.shutdownOutput();
        } catch (IOException _) {
            // Closed, by either end.
        }
    }
}
