package dev.shed.gateway.command;

import dev.shed.gateway.shed.Shed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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

    /// Somebody who takes so many times as long as the slowest of the others, and this long at least, is not waited
    /// for. Less would name sheds that only had to find their way in first, or a machine that is busy.
    private static final int TIMES_THE_SLOWEST = 10;

    private static final Duration LEAST = Duration.ofSeconds(2);

    /// What somebody gets who did not answer the last time: an answer takes some milliseconds.
    private static final Duration SECOND_CHANCE = Duration.ofMillis(250);

    private static final Duration TICK = Duration.ofMillis(10);

    /// How long an interrupted question has to come back before it is left behind.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Semaphore places = new Semaphore(AT_ONCE);
    private final LinkedBlockingQueue<Question> answered = new LinkedBlockingQueue<>();
    private final List<Question> questions;
    private final Duration limit;
    private final Set<String> silent;
    private long slowest;

    /// @param limit the most that anybody gets
    /// @param silent the ids of containers that did not answer the last time; kept up to date here
    SurveyRound(Collection<Shed> sheds, Function<Shed, Survey.Answer> ask, Duration limit, Set<String> silent) {
        this.limit = limit;
        this.silent = silent;
        this.questions = sheds.stream().map(shed -> new Question(shed, ask)).toList();
    }

    private final class Question {
        private final Shed shed;
        private final Thread thread;
        private volatile long started;
        private volatile long took;
        private volatile Survey.@Nullable Answer answer;

        Question(Shed shed, Function<Shed, Survey.Answer> ask) {
            this.shed = shed;
            this.thread = Thread.ofVirtual().name("survey-" + shed.name()).unstarted(() -> run(ask));
        }

        private void run(Function<Shed, Survey.Answer> ask) {
            if (!places.tryAcquire()) {
                try {
                    places.acquire();
                } catch (InterruptedException _) {
                    return;
                }
            }
            started = System.nanoTime();
            try {
                answer = ask.apply(shed);
                took = System.nanoTime() - started;
                answered.add(this);
            } finally {
                places.release();
            }
        }

        boolean overdue() {
            long begun = started;
            return begun != 0 && System.nanoTime() - begun > patience(this);
        }

        String id() {
            return shed.container().id();
        }
    }

    /// An answer for each shed, in the order given; `otherwise` for those that took too long.
    List<Survey.Answer> answers(Function<Shed, Survey.Answer> otherwise) throws InterruptedException {
        var open = new ArrayList<>(questions);
        questions.forEach(question -> question.thread.start());
        while (!open.isEmpty()) {
            var next = answered.poll(TICK.toNanos(), TimeUnit.NANOSECONDS);
            if (next != null) {
                slowest = Math.max(slowest, next.took);
                silent.remove(next.id());
                open.remove(next);
            } else {
                open.removeIf(Question::overdue);
            }
        }
        return questions.stream().map(question -> answer(question, otherwise)).toList();
    }

    private Survey.Answer answer(Question question, Function<Shed, Survey.Answer> otherwise) {
        var answer = question.answer;
        if (answer != null) {
            return answer;
        }
        silent.add(question.id());
        return otherwise.apply(question.shed);
    }

    /// In nanoseconds. Nobody is hurried by others as long as nobody has answered.
    private long patience(Question question) {
        if (slowest == 0) {
            return limit.toNanos();
        }
        if (silent.contains(question.id())) {
            return Math.min(limit.toNanos(), SECOND_CHANCE.toNanos());
        }
        return Math.min(limit.toNanos(), Math.max(LEAST.toNanos(), TIMES_THE_SLOWEST * slowest));
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
