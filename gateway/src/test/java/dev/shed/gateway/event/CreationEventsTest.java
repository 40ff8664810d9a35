package dev.shed.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.event.EventDetails.Kind;
import dev.shed.gateway.name.ShedName;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CreationEventsTest {
    private static final ShedName DEMO = ShedName.parse("demo");

    private final CreationEvents creationEvents = new CreationEvents();

    private String engine(Kind kind) {
        return text(creationEvents.told(DEMO, EventDetails.shed(kind)));
    }

    private String finished() {
        return text(creationEvents.finished(DEMO));
    }

    private static String text(List<EventDetails> told) {
        return told.stream().map(what -> what.kind().word()).collect(Collectors.joining(" "));
    }

    @Test
    void aShedIsCreatedWhenItIsFinished() {
        creationEvents.begins(DEMO);
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started");
        assertThat(finished()).isEqualTo("shed-created");
        assertThat(engine(Kind.SHED_STOPPED)).isEqualTo("shed-stopped");
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started");
        assertThat(engine(Kind.SHED_DELETED)).isEqualTo("shed-deleted");
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
    }

    @Test
    void anEngineThatTellsLateIsWaitedFor() {
        creationEvents.begins(DEMO);
        assertThat(finished()).isEmpty();
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started shed-created");
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started");
    }

    @Test
    void anEngineThatTellsOfTheStartLateIsWaitedForToo() {
        creationEvents.begins(DEMO);
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        assertThat(finished()).isEmpty();
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started shed-created");
    }

    @Test
    void oneThatFailsIsNeverCreated() {
        creationEvents.begins(DEMO);
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        creationEvents.drop(DEMO);
        assertThat(engine(Kind.SHED_DELETED)).isEqualTo("shed-deleted");
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
    }

    @Test
    void whatOthersMakeIsFinishedAtOnce() {
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started");
    }

    @Test
    void whoListensInTheMiddleIsToldOfTheEnd() {
        creationEvents.begins(DEMO);
        engine(Kind.SHED_CREATED);
        creationEvents.unheard();
        assertThat(finished()).isEqualTo("shed-created");
    }

    @Test
    void whoListensBeforeTheEngineKnowsIsToldAll() {
        creationEvents.begins(DEMO);
        creationEvents.unheard();
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started");
        assertThat(finished()).isEqualTo("shed-created");
    }

    @Test
    void aDeletedOneIsForgotten() {
        creationEvents.begins(DEMO);
        finished();
        assertThat(engine(Kind.SHED_DELETED)).isEqualTo("shed-deleted");
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
    }
}
