package dev.shed.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.agent.Status;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.query.SessionQuery.Answer;
import dev.shed.gateway.shed.Shed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShedSampleTest {
    private final Container container = new FakeRuntime().with("demo").list().getFirst();
    private final Shed shed = new Shed(container, false);
    private final ShedSample before =
            new ShedSample(Map.of(), Map.of(container.id(), List.of(Status.State.WORKING, Status.State.DONE)));

    private ShedSample after(Answer answer) {
        return new ShedSample(Map.of(), ShedSample.agents(List.of(answer), before));
    }

    @Test
    void theAgentsOfAShedThatDoesNotAnswerCountAsTheyDid() {
        var slow =
                new Answer.Failed(shed, new ShedException(Failure.shedNotReady("demo", "it did not answer in time")));
        assertThat(after(slow).count(Status.State.WORKING)).isEqualTo(1);
    }

    @Test
    void soDoThoseOfOneThatDoesNotTellOfThem() {
        var silent = new Answer.Listed(shed, List.of(), List.of(), false, false);
        assertThat(after(silent).count(Status.State.DONE)).isEqualTo(1);
    }

    @Test
    void oneThatSaysThatThereAreNoneHasNone() {
        var told = new Answer.Listed(shed, List.of(), List.of(), false, true);
        assertThat(after(told).count(Status.State.WORKING)).isZero();
    }
}
