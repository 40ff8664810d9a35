package dev.shed.gateway.shed.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.tmux.Pane;
import dev.shed.gateway.tmux.ScreenStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ShownTextTest {
    private static final byte[] PANE =
            "%3\t7\t/dev/pts/1\t20\t2\t0\t0\t7\t0\t0\t0\t0\t60\tbash\tdemo\n".getBytes(UTF_8);

    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private int lines;

    private ShownText text(long limit) {
        var stream = new ScreenStream(50_000, false, new ScreenStream.Listener() {
            @Override
            public void pane(Pane pane) {}

            @Override
            public void text(String part) {}

            @Override
            public void endOfLine() {
                lines++;
            }
        });
        var demo = new Shed(runtime.list().getFirst(), false);
        return new ShownText(demo, SessionName.parse("work"), stream, limit);
    }

    @Test
    void whatGoesBeyondTheLimitIsToldWithWhatToDo() throws IOException {
        try (var text = text(PANE.length + 4L)) {
            text.write(PANE);
            text.write("a\nb\n".getBytes(UTF_8));
            assertThat(lines).isEqualTo(2);
            assertThatExceptionOfType(ShedException.class)
                    .isThrownBy(() -> text.write('c'))
                    .satisfies(e -> {
                        assertThat(e.failure().code()).isEqualTo("LIMIT_REACHED");
                        assertThat(e.failure().hint()).contains("peek --lines");
                    });
        }
    }

    @Test
    void whatIsNoAnswerOfTmuxIsTheShedsTrouble() throws IOException {
        try (var text = text(1000)) {
            assertThatExceptionOfType(ShedException.class)
                    .isThrownBy(() -> text.write("nonsense\n".getBytes(UTF_8)))
                    .withMessageContaining("unexpected output from tmux");
            assertThatExceptionOfType(ShedException.class).isThrownBy(text::end);
        }
    }
}
