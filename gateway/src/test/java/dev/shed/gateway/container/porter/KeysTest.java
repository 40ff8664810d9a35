package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.container.porter.frame.Credit;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.task.PorterProcess;
import dev.shed.gateway.container.porter.task.Spawn;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Keys that a process is given without waiting.
class KeysTest {
    private final FakePorter porter = new FakePorter();
    private PorterProcess process;

    @BeforeEach
    void start() throws IOException {
        var container = new Container(
                "id",
                ShedName.parse("demo"),
                Container.State.RUNNING,
                Instant.EPOCH,
                "image",
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        var terminal = Optional.of(new ExecSpec.Terminal("xterm", WindowSize.DEFAULT));
        var spec = new ExecSpec(container, new Program.LoginShell(), Map.of(), Optional.empty(), terminal);
        var spawn = new Spawn(spec, "/run/shed/porter", "dev", Duration.ofSeconds(5), Frames.VERSION);
        process = PorterProcess.of(porter, spawn, new PorterProcess.Endings(() -> "it is lost", _ -> {}));
    }

    @Test
    void aKeyIsGivenWithoutWaiting() {
        porter.takesNow();
        assertThat(process.giveNow("a key".getBytes(UTF_8), 2, 3)).isEqualTo(3);
        assertThat(payload(Frames.IN)).isEqualTo(3);
        assertThat(process.giveNow(new byte[10_000], 0, 10_000)).isZero();
        assertThat(payload(Frames.IN)).isEqualTo(3);
    }

    /// Nor does what the connection does not take.
    @Test
    void whatIsGivenWithoutWaitingDoesNotExceedTheCredit() {
        var keys = new byte[512];
        for (int i = 0; i < Credit.INITIAL; i += keys.length) {
            assertThat(process.giveNow(keys, 0, keys.length)).isZero();
        }
        porter.takesNow();
        for (int i = 0; i < Credit.INITIAL; i += keys.length) {
            assertThat(process.giveNow(keys, 0, keys.length)).isEqualTo(keys.length);
        }
        assertThat(process.giveNow(keys, 0, 1)).isZero();
        process.close();
        assertThat(process.giveNow(keys, 0, 1)).isZero();
    }

    /// The bytes that came in frames of a type.
    private int payload(int type) {
        var wire = ByteBuffer.wrap(porter.heard());
        int sum = 0;
        while (wire.hasRemaining()) {
            int frame = wire.get() & 0xff;
            int length = wire.getInt();
            sum += frame == type ? length : 0;
            wire.position(wire.position() + length);
        }
        return sum;
    }
}
