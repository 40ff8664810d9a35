package dev.shed.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.event.Happening.Kind;
import dev.shed.gateway.name.ShedName;
import org.junit.jupiter.api.Test;

class MakingTest {
    private static final ShedName DEMO = ShedName.parse("demo");

    private final Making making = new Making();

    private String engine(Kind kind) {
        return making.told(DEMO, Happening.shed(kind))
                .map(told -> told.kind().word())
                .orElse("-");
    }

    private String finished() {
        return making.finished(DEMO).kind().word();
    }

    @Test
    void aShedIsCreatedWhenItIsFinished() {
        making.begins(DEMO);
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        assertThat(engine(Kind.SHED_STARTED)).isEqualTo("shed-started");
        assertThat(finished()).isEqualTo("shed-created");
        assertThat(engine(Kind.SHED_DELETED)).isEqualTo("shed-deleted");
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
    }

    @Test
    void anEngineThatTellsLateTellsNothingNew() {
        making.begins(DEMO);
        assertThat(finished()).isEqualTo("shed-created");
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("-");
        assertThat(engine(Kind.SHED_DELETED)).isEqualTo("shed-deleted");
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
    }

    @Test
    void oneThatFailsIsNeverCreated() {
        making.begins(DEMO);
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
        making.failed(DEMO);
        assertThat(engine(Kind.SHED_DELETED)).isEqualTo("shed-deleted");
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
    }

    @Test
    void whatOthersMakeIsFinishedAtOnce() {
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
    }

    @Test
    void whoListensAnewIsToldOfTheNextOneOfThatName() {
        making.begins(DEMO);
        finished();
        making.forget();
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
        making.begins(DEMO);
        making.forget();
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-creating");
    }

    @Test
    void aDeletedOneIsForgottenEvenIfTheEngineNeverToldOfIt() {
        making.begins(DEMO);
        finished();
        assertThat(engine(Kind.SHED_DELETED)).isEqualTo("shed-deleted");
        assertThat(engine(Kind.SHED_CREATED)).isEqualTo("shed-created");
    }
}
