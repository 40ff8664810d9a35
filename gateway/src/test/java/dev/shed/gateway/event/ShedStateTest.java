package dev.shed.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.ContainerEvent.Kind;
import dev.shed.gateway.name.ShedName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShedStateTest {
    private static final Instant NOW = Instant.parse("2026-01-25T12:00:00Z");

    private final ShedState book = new ShedState();

    private List<String> take(Kind kind, int code) {
        return take("id", kind, code, 0);
    }

    private List<String> take(String id, Kind kind, int code, int later) {
        return text(book.take(new ContainerEvent(id, ShedName.parse("demo"), kind, code, NOW.plusSeconds(later))));
    }

    private static List<String> text(List<ShedState.News> news) {
        return news.stream()
                .map(told -> Stream.of(
                                told.what().kind().word(),
                                told.what().reason(),
                                told.what().exitCode())
                        .filter(Objects::nonNull)
                        .map(Object::toString)
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    private static Container container(String id, String name, State state) {
        return new Container(
                id,
                ShedName.parse(name),
                state,
                NOW,
                "image",
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void whatIsThereAtFirstIsNoNews() {
        assertThat(book.compare(List.of(container("id", "demo", State.RUNNING))))
                .isEmpty();
        assertThat(take(Kind.STARTED, 0)).isEmpty();
    }

    @Test
    void aShedsLife() {
        book.compare(List.of());
        assertThat(take(Kind.CREATED, 0)).containsExactly("shed-created");
        assertThat(take(Kind.STARTED, 0)).containsExactly("shed-started");
        assertThat(take(Kind.SIGNALLED, 15)).isEmpty();
        assertThat(take(Kind.ENDED, 143)).containsExactly("shed-stopped 143");
        assertThat(take(Kind.STARTED, 0)).containsExactly("shed-started");
        assertThat(take(Kind.REMOVED, 0)).containsExactly("shed-deleted");
        assertThat(take(Kind.REMOVED, 0)).isEmpty();
    }

    @Test
    void oneThatEndsByItselfDied() {
        book.compare(List.of(container("id", "demo", State.RUNNING)));
        assertThat(take(Kind.ENDED, 3)).containsExactly("shed-died exit 3 3");
    }

    @Test
    void aSignalThatEndsNothingIsNoReason() {
        book.compare(List.of(container("id", "demo", State.RUNNING)));
        take(Kind.SIGNALLED, 28);
        assertThat(take(Kind.ENDED, 1)).containsExactly("shed-died exit 1 1");
    }

    @Test
    void aSignalOfLongAgoIsNoReason() {
        book.compare(List.of(container("id", "demo", State.RUNNING)));
        take(Kind.SIGNALLED, 1);
        assertThat(take("id", Kind.ENDED, 1, 600)).containsExactly("shed-died exit 1 1");
    }

    @Test
    void memoryThatIsUsedUpIsTheReasonOnlyIfItEndedTheShed() {
        book.compare(List.of(container("id", "demo", State.RUNNING)));
        take(Kind.OUT_OF_MEMORY, 0);
        assertThat(take(Kind.ENDED, 137)).containsExactly("shed-died out of memory 137");
        take(Kind.STARTED, 0);
        assertThat(take(Kind.ENDED, 137)).containsExactly("shed-died exit 137 137");
        take(Kind.STARTED, 0);
        take(Kind.OUT_OF_MEMORY, 0);
        assertThat(take(Kind.ENDED, 0)).containsExactly("shed-died exit 0 0");
    }

    @Test
    void anotherContainerThatClaimsTheNameIsNoShed() {
        book.compare(List.of(container("id", "demo", State.RUNNING)));
        assertThat(take("other", Kind.CREATED, 0, 0)).isEmpty();
        assertThat(take("other", Kind.ENDED, 1, 0)).isEmpty();
        assertThat(take("other", Kind.REMOVED, 0, 0)).isEmpty();
    }

    @Test
    void whatHappenedWhileTheEngineWasAwayIsFoundByComparing() {
        book.compare(List.of(container("1", "a", State.RUNNING), container("2", "b", State.STOPPED)));

        var news = book.compare(List.of(
                container("1", "a", State.STOPPED),
                container("3", "b", State.RUNNING),
                container("4", "c", State.STOPPED)));

        assertThat(text(news))
                .containsExactly("shed-stopped", "shed-deleted", "shed-created", "shed-started", "shed-created");
        assertThat(text(book.compare(List.of()))).containsOnly("shed-deleted").hasSize(3);
    }
}
