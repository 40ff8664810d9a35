package dev.shed.gateway.command;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// Runs tasks of several owners on a few threads, round-robin: however many tasks one owner has queued,
/// another owner's next task waits for only one of them.
final class FairExecutor {
    private final ExecutorService threads;

    /// The queues by owner, in the order of their turns; no queue is empty. Guarded by itself.
    private final LinkedHashMap<String, Queue<Runnable>> waiting = new LinkedHashMap<>();

    FairExecutor(ExecutorService threads) {
        this.threads = threads;
    }

    <T> Future<T> submit(String owner, Callable<T> work) {
        var task = new FutureTask<>(work);
        synchronized (waiting) {
            waiting.computeIfAbsent(owner, _ -> new ArrayDeque<>()).add(task);
        }
        threads.execute(() -> next().run());
        return task;
    }

    private Runnable next() {
        synchronized (waiting) {
            var first = waiting.pollFirstEntry();
            var task = first.getValue().remove();
            if (!first.getValue().isEmpty()) {
                waiting.put(first.getKey(), first.getValue());
            }
            return task;
        }
    }
}
