package dev.shed.cli.lobby;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.server.Server;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A query to several servers at the same time.
final class ServerQuery {
    private final Set<Server> waiting;
    private final Map<Server, Lobby.Answer> answers = new HashMap<>();
    private final Lobby.Enough enough;
    private long end;

    /// @param limit how long to wait for all of them
    ServerQuery(Collection<Server> servers, Duration limit, Lobby.Enough enough) {
        this.waiting = new LinkedHashSet<>(servers);
        this.enough = enough;
        this.end = System.nanoTime() + limit.toNanos();
    }

    /// The answers that arrived in time. The other queries are interrupted.
    Map<Server, Lobby.Answer> run(Function<Server, Callable<Lobby.Answer>> question) throws InterruptedException {
        var tasks = Executors.newVirtualThreadPerTaskExecutor();
        try {
            var arriving = new ExecutorCompletionService<Lobby.Answer>(tasks);
            List.copyOf(waiting).forEach(server -> arriving.submit(question.apply(server)));
            while (!waiting.isEmpty()) {
                var next = Optional.ofNullable(arriving.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS));
                if (next.isEmpty()) {
                    break;
                }
                take(result(next.get()));
            }
            return Map.copyOf(answers);
        } finally {
            tasks.shutdownNow();
        }
    }

    private void take(Lobby.Answer answer) {
        waiting.remove(answer.server());
        answers.put(answer.server(), answer);
        enough.after(answer, List.copyOf(waiting)).ifPresent(this::shorten);
    }

    private void shorten(Duration longer) {
        long now = System.nanoTime();
        end = now + Math.min(end - now, longer.toNanos());
    }

    private static Lobby.Answer result(Future<Lobby.Answer> task) throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CliFailure failure ? failure : new IllegalStateException(e.getCause());
        }
    }
}
