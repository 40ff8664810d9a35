package dev.shed.gateway.shed.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.agent.AgentPanes;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.shed.Shed;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// When the gateway looks at the windows of a shed, and what it writes.
class WindowMarksTest {
    private static final String LEFT = """
            pane	5	sh	$1	work	%5	0			bash		@2	0	idle\t
            end
            """;

    private static final String WORKING = """
            pane	5	-	$1	work	%5	0			opencode		@2	0\t\t
            process	5	/usr/bin/opencode	5	7
            told	5	7	{"version":1,"pid":5,"procStart":"7","state":"working"}
            end
            """;

    private final FakeRuntime runtime = new FakeRuntime().with("demo").programs(this::program);
    private final Shed shed = new Shed(runtime.list().getFirst(), false);
    private volatile String listing = LEFT;

    /// Whether the next look gets no answer.
    private volatile boolean slow;

    private Optional<ContainerProcess> program(ExecSpec spec) {
        boolean looks = spec.program().toString().contains("shed-agents");
        if (looks && slow) {
            slow = false;
            return Optional.of(FakeProcess.printing("", "", AgentPanes.INCOMPLETE));
        }
        return Optional.of(FakeProcess.printing(looks ? listing : "", "", 0));
    }

    private void awaitWritten(String words) throws Exception {
        Await.until(
                words,
                () -> runtime.started().stream()
                        .anyMatch(spec -> spec.program().toString().contains(words)));
    }

    /// Without an agent there is no other reason.
    @Test
    void outputIsAReasonToLookAndWhatHasChangedIsWritten() throws Exception {
        var marks = new WindowMarks(runtime, true);
        try (var client = marks.follow(shed);
                var second = marks.follow(shed)) {
            awaitWritten("-wqu, -t, @2, @shed_status");
            listing = WORKING;
            client.shown();
            second.shown();
            awaitWritten("-wq, -t, @2, @shed_status, working");
        }
    }

    /// What it did not tell may have changed.
    @Test
    void aShedThatDoesNotTellInTimeIsLookedAtAgain() throws Exception {
        slow = true;
        listing = WORKING;
        try (var _ = new WindowMarks(runtime, true).follow(shed)) {
            awaitWritten("-wq, -t, @2, @shed_status, working");
        }
    }

    @Test
    void nothingRunsIfItIsOff() {
        var marks = new WindowMarks(runtime, false);
        try (var client = marks.follow(shed)) {
            client.shown();
        }
        assertThat(runtime.started()).isEmpty();
    }
}
