package dev.shed.gateway.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BulkThreadTest {
    /// A thread for which the system has none.
    private static final class Failing extends Thread {
        Failing(Runnable task) {
            super(task);
        }

        @Override
        public void start() {
            throw new OutOfMemoryError("unable to create native thread");
        }
    }

    @Test
    void whereNoThreadCanBeStartedNothingIsDone() throws IOException {
        var done = new AtomicInteger();
        for (int i = 0; i < 1000; i++) {
            assertThat(BulkThread.run(done::incrementAndGet, Failing::new)).isFalse();
        }
        assertThat(done).hasValue(0);
        assertThat(BulkThread.run(done::incrementAndGet)).isTrue();
        assertThat(done).hasValue(1);
    }
}
