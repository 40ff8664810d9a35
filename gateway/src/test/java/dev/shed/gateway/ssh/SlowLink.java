package dev.shed.gateway.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A link in front of a gateway that lets only so much through to the client: one connection. What it has not let
/// through waits in the gateway's kernel, as on a phone.
final class SlowLink implements AutoCloseable {
    private static final int PIECE = 2048;

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Socket up = new Socket();
    private final AtomicInteger bytesPerSecond;

    /// @param bytesPerSecond 0 for a link that carries nothing
    SlowLink(int gatewayPort, int bytesPerSecond) throws IOException {
        this.bytesPerSecond = new AtomicInteger(bytesPerSecond);
        up.setReceiveBufferSize(PIECE);
        up.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort));
        Thread.ofVirtual().start(this::carry);
    }

    int port() {
        return server.getLocalPort();
    }

    void speed(int newest) {
        bytesPerSecond.set(newest);
    }

    private void carry() {
        try (var down = server.accept()) {
            down.setTcpNoDelay(true);
            var out = up.getOutputStream();
            var in = down.getInputStream();
            Thread.ofVirtual().start(() -> copy(in, out));
            slowly(up.getInputStream(), down.getOutputStream());
        } catch (IOException _) {
            // One of the ends has gone, and so has the link.
        }
    }

    private void slowly(InputStream in, OutputStream out) throws IOException {
        var piece = new byte[PIECE];
        while (!up.isClosed()) {
            int speed = bytesPerSecond.get();
            LockSupport.parkNanos(1_000_000_000L * PIECE / Math.max(speed, PIECE));
            int count = speed == 0 ? 0 : in.read(piece);
            if (count < 0) {
                return;
            }
            out.write(piece, 0, count);
        }
    }

    private static void copy(InputStream in, OutputStream out) {
        try {
            in.transferTo(out);
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
