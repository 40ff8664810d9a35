package dev.shed.gateway.shed.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Shed;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionInputTest {
    private final FakeRuntime runtime = new FakeRuntime().with("demo");

    /// What waits for the effect of a text may not get an answer of tmux.
    @ParameterizedTest
    @CsvSource({"true, '; the text is typed, Enter is not'", "false, '; the text is typed'"})
    void whatFailsBehindTheTextSaysThatItIsTyped(boolean enter, String told) {
        runtime.tmux("demo").with("work", Instant.EPOCH, 0, 1);
        var shed = new Shed(runtime.list().getFirst(), false);
        var failure = new ShedException(Failure.shedNotReady("demo", "it did not answer within 10 s"));
        var request = new SessionInput.Request(
                new SessionInput.Input.Text(ByteString.of("ls"), enter), Optional.empty(), _ -> {
                    throw failure;
                });

        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> new Panes(runtime).type(shed, SessionName.parse("work"), request))
                .withMessageContaining("it did not answer within 10 s" + told);
        assertThat(runtime.tmux("demo").typed("work")).isEqualTo("ls");
    }
}
