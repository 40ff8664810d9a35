package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class FairExecutorTest {
    @Test
    void anotherOwnersWorkWaitsForOnePiece() throws Exception {
        try (var threads = Executors.newSingleThreadExecutor()) {
            var executor = new FairExecutor(threads);
            var order = new ArrayList<String>();
            var all = new ArrayList<Future<?>>();
            var started = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            all.add(executor.submit("first", () -> {
                started.countDown();
                go.await();
                return order.add("first");
            }));
            started.await();
            for (var owner : List.of("first", "first", "first", "second", "third", "second")) {
                all.add(executor.submit(owner, () -> order.add(owner)));
            }
            go.countDown();
            for (var one : all) {
                one.get();
            }
            assertThat(order).containsExactly("first", "first", "second", "third", "first", "second", "first");
        }
    }

    @Test
    void whatWasGivenUpIsNotRun() throws Exception {
        try (var threads = Executors.newSingleThreadExecutor()) {
            var executor = new FairExecutor(threads);
            var go = new CountDownLatch(1);
            var order = new ArrayList<String>();
            var running = executor.submit("first", () -> {
                go.await();
                return order.add("running");
            });
            executor.submit("first", () -> order.add("given up")).cancel(false);
            var last = executor.submit("first", () -> order.add("last"));
            go.countDown();
            running.get();
            last.get();
            assertThat(order).containsExactly("running", "last");
        }
    }
}
