package dev.shed.gateway.command;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElseGet;

import dev.shed.gateway.shed.Shed;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Many sheds asked at the same time, some of which may never answer.
final class SurveyRound implements AutoCloseable {
    /// An answer is two cores' work, in the gateway and in the container; more at once were not quicker for a hundred
    /// sheds, and so many can hang before they hold up the others.
    private static final int AT_ONCE = 16;

    private static final Duration TICK = Duration.ofMillis(10);

    /// How long an interrupted question has to come back before it is left behind.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Semaphore places = new Semaphore(AT_ONCE);
    private final LinkedBlockingQueue<Question> answered = new LinkedBlockingQueue<>();
    private final Map<Question, Survey.Answer> taken = new HashMap<>();
    private final List<Question> questions;
    private final Patience patience;
    private final Set<String> silent;

    /// Asks one shed.
    interface Asking {
        /// Returns what it says.
        ///
        /// @param arrived to be run when the question has arrived in the container
        Survey.Answer ask(Shed shed, Runnable arrived);
    }

    /// @param limit the most that anybody gets
    /// @param silent the ids of containers that did not answer the last time; kept up to date here
    SurveyRound(Collection<Shed> sheds, Asking asking, Duration limit, Set<String> silent) {
        this.patience = new Patience(limit);
        this.silent = silent;
        this.questions = sheds.stream().map(shed -> new Question(shed, asking)).toList();
    }

    private final class Question {
        private final Shed shed;
        private final Thread thread;

        /// Zero as long as it has not set out, or not arrived.
        private volatile long started;

        private volatile long arrived;
        private volatile Survey.@Nullable Answer answer;

        Question(Shed shed, Asking asking) {
            this.shed = shed;
            this.thread = Thread.ofVirtual().name("survey-" + shed.name()).unstarted(() -> run(asking));
        }

        private void run(Asking asking) {
            if (!places.tryAcquire()) {
                try {
                    places.acquire();
                } catch (InterruptedException _) {
                    return;
                }
            }
            started = System.nanoTime();
            try {
                answer = asking.ask(shed, () -> arrived = System.nanoTime());
                answered.add(this);
            } finally {
                places.release();
            }
        }

        boolean overdue() {
            long now = System.nanoTime();
            boolean inside = arrived != 0;
            return started != 0 && patience.isOver(inside, inside ? arrived : started, silent.contains(id()), now);
        }

        String id() {
            return shed.container().id();
        }
    }

    /// An answer for each shed, in the order given; `otherwise` for those that took too long.
    List<Survey.Answer> answers(Function<Shed, Survey.Answer> otherwise) throws InterruptedException {
        var open = new LinkedHashSet<>(questions);
        questions.forEach(question -> question.thread.start());
        while (!open.isEmpty()) {
            var next = answered.poll(TICK.toNanos(), TimeUnit.NANOSECONDS);
            if (next == null) {
                open.stream().filter(Question::overdue).toList().forEach(question -> {
                    giveUp(question);
                    open.remove(question);
                });
            } else if (open.remove(next)) {
                take(next);
            }
        }
        return questions.stream()
                .map(question -> requireNonNullElseGet(taken.get(question), () -> otherwise.apply(question.shed)))
                .toList();
    }

    /// Its place is for those that have not set out.
    private void giveUp(Question question) {
        silent.add(question.id());
        question.thread.interrupt();
    }

    private void take(Question question) {
        taken.put(question, requireNonNull(question.answer));
        silent.remove(question.id());
        // A stopped shed answers without being asked, which says nothing about the others.
        if (question.arrived != 0) {
            patience.answered(question.arrived, System.nanoTime());
        }
    }

    /// Ends what still asks.
    @Override
    public void close() {
        questions.forEach(question -> question.thread.interrupt());
        try {
            for (var question : questions) {
                question.thread.join(GRACE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
