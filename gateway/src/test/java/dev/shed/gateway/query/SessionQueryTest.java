package dev.shed.gateway.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.query.SessionQuery.Answer;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.session.Sessions;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SessionQueryTest {
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final FakeRuntime runtime = new FakeRuntime();
    private final Set<Thread> askers = ConcurrentHashMap.newKeySet();

    private SessionQuery survey(Duration limit) {
        return new SessionQuery(
                new Sessions(runtime, new Workspace("/workspace"), Sessions.Relays.RUN), runtime.hints(), limit);
    }

    private List<Shed> sheds() {
        return runtime.list().stream()
                .map(container -> new Shed(container, false))
                .toList();
    }

    /// Remembers the thread that asks, then goes on as usual.
    private void rememberAskers() {
        runtime.programs(_ -> {
            askers.add(Thread.currentThread());
            return Optional.empty();
        });
    }

    /// The round is over when the last of its tasks is; the thread that ran it ends a moment later.
    private void askersHaveEnded(int number) throws InterruptedException {
        assertThat(askers).hasSize(number);
        for (var asker : askers) {
            assertThat(asker.join(LONG)).as("%s has ended", asker).isTrue();
        }
    }

    @Test
    void aHangingShedDelaysNobodyBeyondTheLimit() throws Exception {
        rememberAskers();
        runtime.with("a").with("b").with("c").tmux("c").with("debug", Instant.EPOCH, 0, 1);
        runtime.in("b", _ -> {
            askers.add(Thread.currentThread());
            return FakeProcess.hanging();
        });
        var answers = survey(SHORT).ask(sheds());
        assertThat(answers)
                .hasSize(3)
                .extracting(answer -> answer.shed().name().value())
                .containsExactly("a", "b", "c");
        assertThat(((Answer.Failed) answers.get(1)).failure().message()).contains("did not answer");
        assertThat(((Answer.Listed) answers.get(2)).sessions()).hasSize(1);
        askersHaveEnded(3);
    }

    @Test
    void aRuntimeThatIgnoresInterruptionIsLeftBehind() throws Exception {
        var release = new CountDownLatch(1);
        runtime.with("deaf")
                .in(
                        "deaf",
                        _ -> new FakeProcess((_, _) -> {
                            askers.add(Thread.currentThread());
                            for (boolean released = false; !released; ) {
                                try {
                                    release.await();
                                    released = true;
                                } catch (InterruptedException _) {
                                    // That is what being deaf means.
                                }
                            }
                            return ExitStatus.SUCCESS;
                        }));
        assertThat(survey(SHORT).ask(sheds())).singleElement().isInstanceOf(Answer.Failed.class);
        release.countDown();
        for (var asker : askers) {
            assertThat(asker.join(LONG)).isTrue();
        }
    }

    @Test
    void sixteenAreAskedAtOnceAndNoMore() throws Exception {
        var together = new CyclicBarrier(16);
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        for (int i = 0; i < 32; i++) {
            runtime.with("s" + i);
        }
        runtime.programs(_ -> Optional.of(new FakeProcess((_, _) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                together.await();
            } catch (BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
            now.decrementAndGet();
            return ExitStatus.SUCCESS;
        })));
        assertThat(survey(LONG).ask(sheds())).hasSize(32).allMatch(Answer.Listed.class::isInstance);
        assertThat(most).hasValue(16);
    }

    @Test
    void aDefectInOneShedCostsTheOthersNothing() throws Exception {
        runtime.with("bad").with("good").in("bad", _ -> {
            throw new IllegalStateException("defect");
        });
        var answers = survey(LONG).ask(sheds());
        assertThat(((Answer.Failed) answers.get(0)).failure().code()).isEqualTo("INTERNAL");
        assertThat(answers.get(1)).isInstanceOf(Answer.Listed.class);
    }

    @Test
    void interruptingTheCallEndsItsThreads() throws Exception {
        var asking = new CountDownLatch(2);
        runtime.with("a").with("b").programs(_ -> {
            askers.add(Thread.currentThread());
            asking.countDown();
            return Optional.of(FakeProcess.hanging());
        });
        var ended = new CountDownLatch(1);
        var call = Thread.ofVirtual().start(() -> {
            assertThatExceptionOfType(InterruptedIOException.class)
                    .isThrownBy(() -> survey(LONG).ask(sheds()));
            ended.countDown();
        });
        asking.await();
        call.interrupt();
        ended.await();
        askersHaveEnded(2);
    }

    /// Seventeen hang, one more than are asked at once: whoever hangs must make room for those after it.
    @Test
    void manyThatHangDoNotKeepTheOthersFromBeingAsked() throws Exception {
        runtime.with("a");
        for (int i = 0; i < 17; i++) {
            runtime.with("h" + i).in("h" + i, _ -> FakeProcess.hanging());
        }
        runtime.with("z");
        var answers = survey(LONG).ask(sheds());
        assertThat(answers.getFirst()).isInstanceOf(Answer.Listed.class);
        assertThat(answers.getLast()).isInstanceOf(Answer.Listed.class);
        assertThat(answers.subList(1, 18)).allMatch(Answer.Failed.class::isInstance);
    }

    /// The engine takes its time to start a porter: longer than any answer may take once the question is inside.
    @Test
    void aShedThatIsStillBeingReachedIsNotCalledSilent() throws Exception {
        var given = new CountDownLatch(1);
        runtime.with("cold").with("hangs").with("warm");
        runtime.in(
                "hangs",
                _ -> new FakeProcess((process, _) -> {
                    try {
                        process.awaitClosed();
                    } finally {
                        given.countDown();
                    }
                    return ExitStatus.SUCCESS;
                }));
        runtime.in("cold", _ -> {
            // Until the one that hangs has been given up.
            await(given);
            return FakeProcess.printing("", "", 0);
        });
        var answers = survey(LONG).ask(sheds());
        assertThat(answers.get(0)).isInstanceOf(Answer.Listed.class);
        assertThat(answers.get(1)).isInstanceOf(Answer.Failed.class);
        assertThat(answers.get(2)).isInstanceOf(Answer.Listed.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoDidNotAnswerTheLastTimeDelaysNobodyThen() throws Exception {
        runtime.with("a").with("b").in("b", _ -> FakeProcess.hanging());
        var sessionQuery = survey(LONG);
        assertThat(sessionQuery.ask(sheds()).get(1)).isInstanceOf(Answer.Failed.class);
        long began = System.nanoTime();
        assertThat(sessionQuery.ask(sheds()).get(1)).isInstanceOf(Answer.Failed.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        runtime.in("b", _ -> FakeProcess.printing("", "", 0));
        assertThat(sessionQuery.ask(sheds())).allMatch(Answer.Listed.class::isInstance);
    }
}
