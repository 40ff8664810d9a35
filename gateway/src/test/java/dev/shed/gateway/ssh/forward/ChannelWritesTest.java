package dev.shed.gateway.ssh.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoWriteFuture;
import org.junit.jupiter.api.Test;

class ChannelWritesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ChannelWrites writes = new ChannelWrites("channel");
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    private static IoWriteFuture done() {
        return AbstractIoWriteFuture.fulfilled("test", true);
    }

    private FutureTask<IoWriteFuture> slowWrite() throws InterruptedException {
        var task = new FutureTask<>(() -> writes.run(() -> {
            begun.countDown();
            awaitEnd();
            return done();
        }));
        Thread.ofVirtual().start(task);
        begun.await();
        return task;
    }

    private void awaitEnd() throws IOException {
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void theCloseWaitsForTheWriteThatHasBegun() throws Exception {
        var write = slowWrite();
        var close = writes.close(false);
        assertThat(close.isClosed()).isFalse();
        writes.run(ChannelWritesTest::done);
        assertThat(close.isClosed()).isFalse();
        mayEnd.countDown();
        assertThat(close.await(PATIENCE)).isTrue();
        assertThat(write.get().isWritten()).isTrue();
    }

    @Test
    void withoutAWriteItWaitsForNothing() throws Exception {
        writes.run(ChannelWritesTest::done);
        assertThat(writes.close(false).isClosed()).isTrue();
    }

    @Test
    void aConnectionThatEndsWaitsForNothing() throws Exception {
        var write = slowWrite();
        assertThat(writes.close(true).isClosed()).isTrue();
        mayEnd.countDown();
        assertThat(write.get().isWritten()).isTrue();
    }

    @Test
    void aWriteThatFailsHoldsNothingUp() {
        assertThatThrownBy(() -> writes.run(() -> {
                    throw new IOException("gone");
                }))
                .hasMessage("gone");
        assertThat(writes.close(false).isClosed()).isTrue();
    }
}
