package dev.shed.gateway.e2e;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Stands between a gateway and the engine's socket, so that the engine can go away for one gateway alone.
final class EngineProxy implements AutoCloseable {
    private final Path path;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private ServerSocketChannel server;

    EngineProxy(Path path) throws IOException {
        this.path = path;
        this.server = listen();
    }

    URI uri() {
        return URI.create("unix://" + path);
    }

    private ServerSocketChannel listen() throws IOException {
        var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
        Thread.ofVirtual().start(() -> accept(listening));
        return listening;
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                var from = listening.accept();
                var to = SocketChannel.open(
                        UnixDomainSocketAddress.of(URI.create(Place.ENGINE).getPath()));
                connections.add(from);
                connections.add(to);
                Thread.ofVirtual().start(() -> copy(from, to));
                Thread.ofVirtual().start(() -> copy(to, from));
            }
        } catch (IOException _) {
            // stopped
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        var buffer = ByteBuffer.allocate(1 << 16);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException _) {
            // One end is gone, and soon the other.
        }
    }

    /// The engine is gone: nobody listens, and all connections break.
    void stop() throws IOException {
        server.close();
        Files.deleteIfExists(path);
        for (var connection : connections) {
            connection.close();
        }
        connections.clear();
    }

    void startAgain() throws IOException {
        server = listen();
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
