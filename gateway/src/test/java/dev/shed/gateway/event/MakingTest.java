package dev.shed.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.event.Happening.Kind;
import dev.shed.gateway.name.ShedName;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MakingTest {
    private static final ShedName DEMO = ShedName.parse("demo");

    private final Making making = new Making();

    private String engine(Kind kind) {
        return text(making.told(DEMO, Happening.shed(kind)));
    }

    private String finished() {
        return text(making.finished(DEMO));
    }

    private static String text(List<Happening> told) {
        return told.stream().map(what -> what.kind().word()).collect(Collectors.joining(" "));
    }

    @Test
    void aShedIsCreatedWhenItIsFinished() {
        making.begins(DEMO);
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
        making.begins(DEMO);
        assertThat(finished()).isEmpty();
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started shed-created");
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started");
    }

    @Test
    void anEngineThatTellsOfTheStartLateIsWaitedForToo() {
        making.begins(DEMO);
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        assertThat(finished()).isEmpty();
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started shed-created");
    }

    @Test
    void oneThatFailsIsNeverCreated() {
        making.begins(DEMO);
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        making.drop(DEMO);
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
        making.begins(DEMO);
        engine(Kind.SHED_CREATED);
        making.unheard();
        assertThat(finished()).isEqualTo("shed-created");
    }

    @Test
    void whoListensBeforeTheEngineKnowsIsToldAll() {
        making.begins(DEMO);
        making.unheard();
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started");
        assertThat(finished()).isEqualTo("shed-created");
    }

    @Test
    void aDeletedOneIsForgotten() {
        making.begins(DEMO);
        finished();
        assertThat(engine(Kind.SHED_DELETED)).isEqualTo("shed-deleted");
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
    }
}
