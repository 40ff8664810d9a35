package dev.shed.gateway.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/// A link in front of a gateway that counts in how many pieces the gateway's bytes come: one connection.
final class CountingLink implements AutoCloseable {
    private static final int PIECE = 64 * 1024;

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Socket up;
    private final AtomicInteger pieces = new AtomicInteger();

    CountingLink(int gatewayPort) throws IOException {
        up = new Socket(InetAddress.getLoopbackAddress(), gatewayPort);
        Thread.ofPlatform().daemon().start(this::carry);
    }

    int port() {
        return server.getLocalPort();
    }

    int pieces() {
        return pieces.get();
    }

    private void carry() {
        try (var down = server.accept()) {
            down.setTcpNoDelay(true);
            up.setTcpNoDelay(true);
            Thread.ofPlatform().daemon().start(() -> copy(down, up));
            count(up.getInputStream(), down.getOutputStream());
        } catch (IOException _) {
            // One of the ends has gone, and so has the link.
        }
    }

    private void count(InputStream in, OutputStream out) throws IOException {
        var piece = new byte[PIECE];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            pieces.incrementAndGet();
            out.write(piece, 0, count);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // As above.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        up.close();
    }
}
