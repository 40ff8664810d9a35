package dev.shed.gateway.shed.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.RecordingAuditLog;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is resumed after a start, and what a failure changes.
class AutoResumeTest {
    private final RecordingAuditLog audit = new RecordingAuditLog();
    private final FakeRuntime runtime = new FakeRuntime().with("demo").programs(this::program);
    private String listing = "";
    private int taken = 0;

    private Optional<ContainerProcess> program(ExecSpec spec) {
        var words = spec.program().toString();
        if (words.contains("boot_id")) {
            return Optional.of(FakeProcess.printing("", "", taken));
        }
        if (words.contains("shed-sessions")) {
            return Optional.of(FakeProcess.printing(listing, "", 0));
        }
        if (words.contains("new-session") && words.contains("broken")) {
            return Optional.of(FakeProcess.printing("", "create window failed: fork failed", 1));
        }
        if (words.contains("has-session")) {
            return Optional.of(FakeProcess.printing("", "can't find session", 1));
        }
        return Optional.of(FakeProcess.printing("", "", 0));
    }

    private static String noted(String session) {
        return "noted\t" + session + "\t{\"agent\":\"codex\",\"conversation\":\"c-" + session
                + "\",\"directory\":\"/workspace\"}\n";
    }

    private void start() throws InterruptedException {
        var sessions = new Sessions(runtime, new Workspace("/workspace"), Sessions.Relays.NONE);
        new AutoResume(sessions, runtime, audit)
                .afterStart(new Shed(runtime.list().getFirst(), false));
    }

    private List<String> resumed() {
        return audit.events().stream()
                .filter(AuditEvent.SessionResumed.class::isInstance)
                .map(event ->
                        event.fields().get("session") + " " + event.fields().get("outcome"))
                .toList();
    }

    @Test
    void whatCannotBeResumedKeepsNoOtherFromBeing() throws Exception {
        listing = noted("broken") + noted("good");
        start();
        assertThat(resumed()).containsExactly("broken SHED_NOT_READY", "good done");
    }

    @Test
    void aStartThatIsTakenOrCannotBeNotedResumesNothing() throws Exception {
        listing = noted("good");
        for (int status : new int[] {3, 1}) {
            taken = status;
            start();
        }
        assertThat(resumed()).isEmpty();
    }

    @Test
    void aShedWithNotesWithoutEndIsResumedOnlyInPart() throws Exception {
        var notes = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            notes.append(noted("s" + i));
        }
        listing = notes.toString();
        start();
        assertThat(resumed()).hasSize(16);
    }
}
