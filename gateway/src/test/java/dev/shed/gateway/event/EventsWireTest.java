package dev.shed.gateway.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Clients that follow, as a real server and a real client over a fake engine see it.
class EventsWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// More than client, link and log hold together, and no more than a watch reads in some ten seconds.
    private static final int FLOOD = 40_000;

    private final FakeRuntime runtime = new FakeRuntime().with("demo").programs(this::program);
    private final WireGateway gateway = WireGateway.start(runtime);
    private final CountDownLatch flood = new CountDownLatch(1);
    private final CountDownLatch flooded = new CountDownLatch(1);

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    /// A client of tmux that watches; when it is told to, a session changes its name very often.
    private Optional<ContainerProcess> program(ExecSpec spec) {
        if (!(spec.program() instanceof Program.Argv argv && argv.words().contains("source-file"))) {
            return Optional.empty();
        }
        return Optional.of(new FakeProcess((process, streams) -> {
            var script = new String(streams.in().readAllBytes(), UTF_8);
            if (script.contains("set-hook -gu")) {
                return ExitStatus.SUCCESS;
            }
            streams.print("p 1 1\ns $0 a\ne\n");
            flood.await();
            for (int i = 0; i < FLOOD; i++) {
                streams.print("r $0 " + (i % 2 == 0 ? "b" : "a") + "\n");
            }
            flooded.countDown();
            process.awaitClosed();
            return ExitStatus.SUCCESS;
        }));
    }

    /// Takes nothing until it is released.
    private static final class SlowOutput extends OutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch reads = new CountDownLatch(1);
        private final CountDownLatch begun = new CountDownLatch(1);

        @Override
        public void write(int single) {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            taken.write(source, offset, length);
            begun.countDown();
            try {
                reads.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void whoDoesNotReadIsDroppedWithALastLineThatSaysSo() throws Exception {
        var out = new SlowOutput();
        try (var session = gateway.login("demo");
                var channel = session.createSubsystemChannel("events --json")) {
            channel.setOut(out);
            channel.open().verify(PATIENCE);
            out.begun.await();
            flood.countDown();
            flooded.await();
            out.reads.countDown();

            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
            assertThat(channel.getExitStatus()).isEqualTo(75);
            var lines = out.taken.toString(UTF_8).lines().toList();
            assertThat(lines.getFirst()).contains("\"listening\"");
            assertThat(lines.getLast()).contains("\"event\":\"dropped\"");
            assertThat(lines).hasSizeLessThan(FLOOD);
        }
    }

    @Test
    void whoGoesIsForgotten() throws Exception {
        var out = new SlowOutput();
        out.reads.countDown();
        try (var session = gateway.login("demo");
                var channel = session.createSubsystemChannel("events")) {
            channel.setOut(out);
            channel.open().verify(PATIENCE);
            out.begun.await();
        }
        var ended = gateway.audit().await(AuditEvent.ChannelEnded.class);
        assertThat(ended.ending().outcome()).isEqualTo("peer-gone");
    }
}
