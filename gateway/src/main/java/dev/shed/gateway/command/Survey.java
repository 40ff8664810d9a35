package dev.shed.gateway.command;

import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.Sessions;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.tmux.TmuxSession;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks many sheds for their sessions at once, each for a limited time. A shed that does not answer holds up
/// nobody for longer than that and costs nobody their answer.
final class Survey {
    private static final Logger LOG = LoggerFactory.getLogger(Survey.class);

    private static final int INCIDENT_LENGTH = 8;

    /// Asking fifty sheds was quickest with eight at a time; sixteen were slower.
    private static final int AT_ONCE = 8;

    /// A hundred times what an answer takes, and about as long as somebody waits for a listing.
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /// How long an interrupted question has to come back before it is left behind.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Sessions sessions;
    private final Duration limit;

    Survey(Sessions sessions) {
        this(sessions, LIMIT);
    }

    Survey(Sessions sessions, Duration limit) {
        this.sessions = sessions;
        this.limit = limit;
    }

    /// What became of asking one shed.
    sealed interface Answer {
        Shed shed();

        record Listed(Shed shed, List<TmuxSession> sessions) implements Answer {}

        record Failed(Shed shed, Failure failure) implements Answer {}
    }

    /// An answer for each shed, in the order given.
    List<Answer> ask(List<Shed> sheds) throws InterruptedIOException {
        var factory = Thread.ofVirtual().name("survey-", 0).factory();
        try (var tasks = Executors.newFixedThreadPool(AT_ONCE, factory)) {
            var questions = sheds.stream()
                    .<Callable<Answer>>map(shed -> () -> askInTime(shed))
                    .toList();
            var answers = new ArrayList<Answer>();
            for (var task : tasks.invokeAll(questions)) {
                answers.add(task.get());
            }
            return answers;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The answer of one shed.
    Answer ask(Shed shed) throws InterruptedIOException {
        try {
            return askInTime(shed);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Answer askInTime(Shed shed) throws InterruptedException {
        return switch (shed.container().state()) {
            case STOPPED -> new Answer.Listed(shed, List.of());
            case RUNNING -> askRunning(shed);
            // Known not to answer, so nobody has to wait for it.
            case PAUSED, RESTARTING, BROKEN ->
                notReady(shed, "it is " + word(shed.container().state()));
        };
    }

    private Answer askRunning(Shed shed) throws InterruptedException {
        var question = new FutureTask<>(() -> sessions.list(shed));
        var thread = Thread.ofVirtual().name("sessions-of-" + shed.name()).start(question);
        try {
            return new Answer.Listed(shed, question.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException _) {
            return notReady(shed, "it did not answer within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            return new Answer.Failed(shed, failure(shed, e));
        } finally {
            thread.interrupt();
            thread.join(GRACE);
        }
    }

    /// Even a defect of ours costs the other sheds nothing.
    private static Failure failure(Shed shed, ExecutionException e) {
        if (e.getCause() instanceof ShedException expected) {
            return expected.failure();
        }
        var incident = UUID.randomUUID().toString().substring(0, INCIDENT_LENGTH);
        LOG.atError()
                .addKeyValue("incident", incident)
                .addKeyValue("shed", shed.name())
                .setCause(e.getCause())
                .log("asking a shed for its sessions failed");
        return new Failure.Internal(incident);
    }

    private static Answer notReady(Shed shed, String why) {
        return new Answer.Failed(shed, new Failure.ShedNotReady(shed.name().value(), why));
    }

    private static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        var interrupted = new InterruptedIOException("interrupted while sheds were asked");
        interrupted.initCause(e);
        return interrupted;
    }

    /// A state as people and programs read it: `running`, `paused`, `restarting`, `stopped` or `broken`.
    static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
