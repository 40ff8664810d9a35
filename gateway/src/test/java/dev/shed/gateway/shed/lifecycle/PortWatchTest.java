package dev.shed.gateway.shed.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.ListeningPort;
import dev.shed.gateway.shed.PortWatch;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortWatchTest {
    private static final String TABLE = "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000"
            + "  1000        0 111 1 0000 100 0\n";
    private static final int NOT_STARTED = 126;

    @TempDir
    private Path state;

    private final FakeRuntime runtime = new FakeRuntime().with("demo");

    private PortWatch watch() {
        return TestSheds.of(runtime, state).watch(ShedName.parse("demo"));
    }

    private void answers(String table, int status) {
        runtime.in("demo", _ -> FakeProcess.printing(table, "", status));
    }

    /// In a container that stops no process can be started any more.
    @Test
    void nothingListensInAShedThatIsJustStopping() throws Exception {
        answers(TABLE, 0);
        var watch = watch();
        assertThat(watch.now()).extracting(ListeningPort::port).containsExactly(8080);
        answers("", NOT_STARTED);
        assertThat(watch.next()).isEmpty();
        answers(TABLE, 0);
        assertThat(watch.next()).extracting(ListeningPort::port).containsExactly(8080);
    }

    @Test
    void anImageWithoutAShellIsTold() {
        answers("", NOT_STARTED);
        var watch = watch();
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(watch::now)
                .satisfies(e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.TOOL_MISSING));
    }
}
