package dev.shed.gateway.container.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedClientTest {
    private final SharedClient<Shared> sharedClient = new SharedClient<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    private final class Shared implements Closeable {
        private volatile boolean open = true;

        @Override
        public void close() {
            open = false;
            closed.incrementAndGet();
        }
    }

    private Shared enter() {
        return sharedClient.enter(() -> {
            made.incrementAndGet();
            return new Shared();
        });
    }

    @Test
    void theLastOneClosesWhatAllShare() throws Exception {
        var first = enter();
        assertThat(enter()).isSameAs(first);
        sharedClient.leave();
        assertThat(enter()).isSameAs(first);
        sharedClient.leave();
        assertThat(first.open).isTrue();
        sharedClient.leave();
        assertThat(first.open).isFalse();
    }

    @Test
    void whoComesAfterwardsGetsAnotherOne() throws Exception {
        var first = enter();
        sharedClient.leave();
        assertThat(enter()).isNotSameAs(first).matches(shared -> shared.open);
    }

    @Test
    void nobodyIsLeftWithAClosedOne() throws Exception {
        var together = new CountDownLatch(4);
        var tasks = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                tasks.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    for (int round = 0; round < 1000; round++) {
                        assertThat(enter().open).isTrue();
                        sharedClient.leave();
                    }
                    return null;
                }));
            }
        }
        for (var task : tasks) {
            task.get();
        }
        assertThat(made).hasPositiveValue().hasValue(closed.get());
    }
}
