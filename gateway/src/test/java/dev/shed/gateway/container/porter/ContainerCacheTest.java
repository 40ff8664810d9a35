package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// When the engine need not be asked, and when it must be.
class ContainerCacheTest {
    private static final ShedName DEMO = ShedName.parse("demo");

    private final Set<String> answering = new HashSet<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicLong now = new AtomicLong();
    private final ContainerCache containerCache = new ContainerCache(this::answers, now::get);

    private Optional<Container> there = Optional.empty();
    private boolean engineDown;
    private boolean slow;
    private int asked;

    private boolean answers(String id, Duration limit) {
        questions.incrementAndGet();
        return answering.contains(id) || (slow && limit.compareTo(ContainerCache.PROMPT) > 0);
    }

    /// Announces a call of [#find], and waits until its porter was asked.
    private void expect() throws Exception {
        int before = questions.get();
        containerCache.expect(DEMO);
        Await.until("asked", () -> questions.get() > before);
    }

    private Optional<Container> engine(ShedName shed) {
        asked++;
        if (engineDown) {
            throw new ShedException(Failure.engineUnavailable("down", "look at it"));
        }
        return there;
    }

    private Optional<Container> find() {
        return containerCache.find(DEMO, this::engine);
    }

    private void seen(String id, State state) {
        there = Optional.of(new Container(
                id,
                DEMO,
                state,
                Instant.EPOCH,
                "image",
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    }

    @Test
    void aContainerThatAnswersIsNotAskedFor() {
        seen("a", State.RUNNING);
        answering.add("a");

        assertThat(find()).isEqualTo(there);
        assertThat(find()).isEqualTo(there);
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void thePorterIsAskedInAdvance() throws Exception {
        seen("a", State.RUNNING);
        answering.add("a");
        find();
        expect();
        Await.until("its answer is known", () -> {
            int before = questions.get();
            return find().isPresent() && questions.get() == before;
        });
        now.addAndGet(Duration.ofMillis(20).toNanos());
        int before = questions.get();
        assertThat(find()).isEqualTo(there);
        assertThat(questions.get()).isEqualTo(before + 1);
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void aPorterThatDoesNotAnswerInAdvanceIsAskedAgain() throws Exception {
        seen("a", State.RUNNING);
        find();
        expect();
        seen("a", State.PAUSED);
        assertThat(find()).isEqualTo(there);
        assertThat(questions.get()).isEqualTo(2);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void nobodyIsAskedInAdvanceAboutWhatIsNotKnown() {
        containerCache.expect(DEMO);
        assertThat(questions.get()).isZero();
    }

    @Test
    void oneThatDoesNotAnswerIsAskedForEachTime() {
        seen("a", State.RUNNING);
        find();
        seen("a", State.PAUSED);
        assertThat(find()).isEqualTo(there);
        there = Optional.empty();
        assertThat(find()).isEmpty();
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void aContainerThatDidNotRunIsNotRemembered() {
        answering.add("a");
        seen("a", State.PAUSED);
        find();
        seen("a", State.RUNNING);

        assertThat(find()).isEqualTo(there);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void oneThatTookTheNameIsFoundInAMinute() {
        answering.addAll(Set.of("a", "b"));
        seen("a", State.RUNNING);
        find();
        seen("b", State.RUNNING);
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(find().orElseThrow().id()).isEqualTo("a");
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(find().orElseThrow().id()).isEqualTo("b");
    }

    @Test
    void whatIsForgottenIsAskedForAgain() {
        seen("a", State.RUNNING);
        answering.add("a");
        find();
        containerCache.forget("a");
        find();

        assertThat(asked).isEqualTo(2);
    }

    @Test
    void anEngineThatIsDownKeepsNobodyOutOfAShedThatAnswers() {
        seen("a", State.RUNNING);
        answering.add("a");
        find();
        engineDown = true;
        now.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(find()).isEqualTo(there);
        answering.clear();
        assertThatThrownBy(this::find).isInstanceOf(ShedException.class).hasMessageContaining("down");
    }

    @Test
    void aPorterThatAnswersLateIsWaitedForIfTheEngineIsDown() {
        seen("a", State.RUNNING);
        find();
        slow = true;
        find();
        assertThat(asked).as("the engine answers sooner").isEqualTo(2);
        engineDown = true;
        assertThat(find()).isEqualTo(there);
    }
}
