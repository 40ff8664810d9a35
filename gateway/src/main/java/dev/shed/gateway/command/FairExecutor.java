package dev.shed.gateway.command;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// Runs work of several owners on a few threads, in turn: however much one of them has queued, another's next piece
/// waits for one piece of his.
final class FairExecutor {
    private final ExecutorService threads;

    /// By owner, in the order in which they have their turns; nobody's queue is empty. Guarded by itself.
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
