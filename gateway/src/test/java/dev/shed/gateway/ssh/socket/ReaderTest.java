package dev.shed.gateway.ssh.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReaderTest {
    private static final int MUCH = 100_000;

    @Test
    void withoutAFreeDescriptorItReadsOn() throws IOException {
        var readers = new Reader.Pool(() -> {
            throw new IOException("Too many open files");
        });
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (var theirs = SocketChannel.open(listener.getLocalAddress());
                    var ours = listener.accept();
                    var reader = readers.take()) {
                theirs.write(ByteBuffer.allocate(MUCH));
                ours.configureBlocking(false);
                int received = 0;
                while (received < MUCH) {
                    received += reader.read(ours, false, Duration.ZERO);
                }
                assertThat(reader.read(ours, false, Duration.ZERO)).isZero();
            }
        }
    }
}
