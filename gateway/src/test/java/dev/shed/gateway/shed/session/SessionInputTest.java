package dev.shed.gateway.shed.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Shed;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionInputTest {
    private final FakeRuntime runtime = new FakeRuntime().with("demo");

    /// What waits for the effect of a text may not get an answer of tmux.
    @ParameterizedTest
    @CsvSource({"true, '; the text is typed, Enter is not'", "false, '; the text is typed'"})
    void whatFailsBehindTheTextSaysThatItIsTyped(boolean enter, String told) {
        runtime.tmux("demo").with("work", Instant.EPOCH, 0, 1);
        var failure = new ShedException(Failure.shedNotReady("demo", "it did not answer within 10 s"));
        var request = new SessionInput.Request(
                new SessionInput.Input.Text(ByteString.of("ls"), enter), Optional.empty(), _ -> {
                    throw failure;
                });

        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> type(request))
                .withMessageContaining("it did not answer within 10 s" + told);
        assertThat(runtime.tmux("demo").typed("work")).isEqualTo("ls");
    }

    private void type(SessionInput.Request request) throws InterruptedException {
        var shed = new Shed(runtime.list().getFirst(), false);
        new Panes(runtime).type(shed, SessionName.parse("work"), request);
    }

    private ShedException failure() {
        var text = new SessionInput.Input.Text(ByteString.of("ls"), true);
        return catchThrowableOfType(
                ShedException.class, () -> type(new SessionInput.Request(text, Optional.empty(), _ -> {})));
    }

    private static boolean isRun(ExecSpec spec, String word) {
        return spec.program() instanceof Program.Argv argv && argv.words().contains(word);
    }

    /// An agent may be in a pane of which nothing is told: it may ask something, and Enter would answer it.
    @ParameterizedTest
    @CsvSource({"1, 6, ''", "1, 137, ''", "1, 0, ''", "2, 6, '; the text is typed, Enter is not'"})
    void nothingIsTypedWhileItIsNotKnownWhatTheAgentDoes(int silentFrom, int status, String done) {
        runtime.tmux("demo").with("work", Instant.EPOCH, 0, 1);
        var looks = new AtomicInteger();
        runtime.programs(spec -> isRun(spec, "shed-agents")
                ? Optional.of(
                        looks.incrementAndGet() < silentFrom
                                ? FakeProcess.printing("pane\t7\tsh\t$1\twork\t%0\t0\t\t\tbash\tdemo\nend\n", "", 0)
                                : FakeProcess.printing("", "", status))
                : Optional.empty());

        var failure = failure().failure();

        assertThat(failure.code()).isEqualTo("SESSION_NOT_READY");
        assertThat(failure.exitStatus().code()).isEqualTo(75);
        assertThat(failure.message()).endsWith("too slow to tell whether its agent asks something" + done);
        assertThat(failure.hint()).contains("ssh -s demo+work@HOST peek");
        assertThat(runtime.tmux("demo").typed("work")).isEqualTo(done.isEmpty() ? "" : "ls");
    }

    /// A text that is sent again is typed twice.
    @ParameterizedTest
    @CsvSource({
        "shed-agents, 1, 'whether its agent asks something'",
        "paste-buffer, 1, '; the text may be typed'",
        "shed-stty, 2, '; the text is typed, Enter is not'",
        "shed-agents, 2, 'whether its agent asks something; the text is typed, Enter is not'",
        "paste-buffer, 2, '; the key may be pressed'",
    })
    void aShedThatDoesNotAnswerInTimeIsReportedWithWhatWasTyped(String word, int silentFrom, String done) {
        runtime.tmux("demo").with("work", Instant.EPOCH, 0, 1);
        var seen = new AtomicInteger();
        runtime.programs(spec -> {
            if (isRun(spec, word) && seen.incrementAndGet() >= silentFrom) {
                throw new ShedException(Failure.shedNotReady("demo", "it did not answer within 10 s"));
            }
            return Optional.empty();
        });

        var failure = failure().failure();

        assertThat(failure.exitStatus().code()).isEqualTo(75);
        assertThat(failure.message()).endsWith(done);
    }

    /// A tmux that says nothing has not said that the text shows.
    @Test
    void aTextOnAScreenThatCannotBeReadGetsNoEnter() {
        runtime.tmux("demo").with("work", Instant.EPOCH, 0, 1);
        runtime.programs(spec -> isRun(spec, "capture-pane")
                        && !runtime.tmux("demo").typed("work").isEmpty()
                ? Optional.of(FakeProcess.printing("", "", 1))
                : Optional.empty());

        assertThat(failure().failure().message()).endsWith("does not show on its screen; Enter was not pressed");
        assertThat(runtime.tmux("demo").typed("work")).isEqualTo("ls");
    }
}
