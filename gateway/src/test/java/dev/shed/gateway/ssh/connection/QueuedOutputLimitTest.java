package dev.shed.gateway.ssh.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.server.channel.ChannelSession;
import org.junit.jupiter.api.Test;

class QueuedOutputLimitTest {
    private static final int CAPACITY = 64 * 1024;

    private final QueuedOutputLimit limit = new QueuedOutputLimit(CAPACITY, false);
    private final ChannelSession channel = new ChannelSession();

    private void acquire() {
        try {
            limit.acquire(channel, 1, 1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A client chooses how small they are.
    @Test
    void packetsOfOneByteFillTheQueueSoon() throws Exception {
        int most = CAPACITY / 512;
        var all = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < most; i++) {
                acquire();
            }
        });

        assertThatThrownBy(() -> all.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        limit.release(1, 1);
        all.get(20, TimeUnit.SECONDS);
    }

    @Test
    void theLargestPieceFits() throws Exception {
        limit.acquire(channel, limit.largest(), 4);
        limit.release(limit.largest(), 4);
        assertThat(limit.largest()).isPositive();
    }
}
