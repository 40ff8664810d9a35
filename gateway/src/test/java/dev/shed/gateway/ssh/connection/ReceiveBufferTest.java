package dev.shed.gateway.ssh.connection;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.sshd.common.PropertyResolver;
import org.apache.sshd.server.channel.ChannelSession;
import org.junit.jupiter.api.Test;

class ReceiveBufferTest {
    private static final byte[] BYTES = new byte[100];

    /// Its connection ends just now: it is open, and nothing can be sent on it.
    private static final class Leaving extends ChannelSession {
        private int refused;

        @Override
        protected void sendWindowAdjust(long bytes) throws IOException {
            refused++;
            throw new IOException("the session is closing");
        }
    }

    /// Counts how often its window was enlarged.
    private static final class Open extends ChannelSession {
        private int messages;
        private long enlarged;

        @Override
        protected void sendWindowAdjust(long bytes) {
            messages++;
            enlarged += bytes;
        }
    }

    /// A message for each packet would cost as much as a packet.
    @Test
    void theWindowIsEnlargedInSteps() throws Exception {
        try (var client = new Open()) {
            client.getLocalWindow().init(PropertyResolver.EMPTY);
            int size = Math.toIntExact(client.getLocalWindow().getSize());
            var buffer = new ReceiveBuffer(client);
            client.getLocalWindow().consume(size);
            int packet = 32 * 1024;
            for (int passed = 0; passed < size; passed += packet) {
                buffer.passedOn(packet);
            }
            assertThat(client.messages).isEqualTo(size / packet / 4);
            assertThat(client.enlarged).isEqualTo(size);
        }
    }

    /// What it sent before is for the process all the same.
    @Test
    void theRestIsThereThoughTheClientLeavesWhileWindowIsGivenBack() throws Exception {
        try (var client = new Leaving()) {
            client.getLocalWindow().init(PropertyResolver.EMPTY);
            int size = Math.toIntExact(client.getLocalWindow().getSize());
            var buffer = new ReceiveBuffer(client);
            buffer.add(new byte[size - BYTES.length], 0, size - BYTES.length);
            buffer.add(BYTES, 0, BYTES.length);
            client.getLocalWindow().consume(size);

            buffer.passedOn(requireNonNull(buffer.take()).length);

            assertThat(client.refused).isPositive();
            assertThat(buffer.take()).hasSize(BYTES.length);
        }
    }
}
