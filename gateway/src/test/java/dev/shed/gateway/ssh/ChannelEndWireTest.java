package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.ssh.raw.RawClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How a channel ends when its client has gone, or on a defect.
class ChannelEndWireTest {
    /// As many as a connection may have.
    private static final int CHANNELS = 10;

    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final WireGateway gateway = WireGateway.start(runtime);

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private void running(FakeProcess.Script script) {
        runtime.programs(_ -> Optional.of(new FakeProcess(script)));
    }

    @Test
    void peerGoneEndsTheProcess() throws Exception {
        var begun = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        running((process, _) -> {
            begun.countDown();
            try {
                process.awaitClosed();
            } finally {
                closed.countDown();
            }
            return ExitStatus.SUCCESS;
        });
        try (var session = gateway.login("demo")) {
            open(session.createExecChannel("x"));
            // The channel has started before its process has; a client that goes in between leaves none to be ended.
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            session.close(true);
        }
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        var ended = gateway.audit().await(AuditEvent.ChannelEnded.class);
        assertThat(ended.ending().outcome()).isEqualTo("peer-gone");
        assertThat(ended.ending().exit()).isEqualTo(-1);
    }

    @Test
    void peerGoneEndsAProcessThatNobodyReads() throws Exception {
        running((_, streams) -> {
            var chunk = "y".repeat(32 * 1024);
            while (true) {
                streams.print(chunk);
            }
        });
        try (var session = gateway.login("demo")) {
            var channel = session.createExecChannel("x");
            channel.setOut(new StuckStream());
            open(channel);
            gateway.audit().await(AuditEvent.ChannelStarted.class);
            session.close(true);
        }
        gateway.audit().await(AuditEvent.ChannelEnded.class);
    }

    @Test
    void whatAProcessSaidBeforeItWasLostComesBeforeTheFailure() throws Exception {
        running((_, streams) -> {
            streams.out().write("last words".getBytes(StandardCharsets.UTF_8));
            throw new ProcessLostException("its container went away");
        });
        var result = gateway.exec("demo", "x");
        assertThat(result.out()).isEqualTo("last words");
        assertThat(result.err()).contains("its container went away");
    }

    /// A client ends when all three have come.
    @Test
    void statusEndOfFileAndCloseComeTogether() throws Exception {
        var begun = new Semaphore(0);
        var may = new Semaphore(0);
        running((_, _) -> {
            begun.release();
            may.acquire();
            return ExitStatus.of(3);
        });
        try (var link = new CountingLink(gateway.port());
                var session = gateway.loginAt(link.port(), "demo")) {
            for (int i = 0; i < 20; i++) {
                var channel = session.createExecChannel("x");
                open(channel);
                begun.acquire();
                roundTrip(session);
                int before = link.pieces();
                may.release();
                channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), 20_000);
                assertThat(channel.getExitStatus()).isEqualTo(3);
                assertThat(link.pieces() - before).isEqualTo(1);
            }
        }
    }

    /// What was sent before has come then.
    private static void roundTrip(ClientSession session) throws IOException {
        var request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, 64);
        request.putString("keepalive@openssh.com");
        request.putBoolean(true);
        session.request("keepalive@openssh.com", request, Duration.ofSeconds(20));
    }

    /// Their output is discarded then, which stops none of them: threads that never wait must not keep the
    /// processors from those who end them.
    @Test
    void manyProcessesInFullFlowAtTheEndOfTheirClientEnd() throws Exception {
        var over = new AtomicBoolean();
        running((_, streams) -> {
            while (!over.get()) {
                streams.out().write(new byte[2000]);
                streams.out().flush();
            }
            return ExitStatus.SUCCESS;
        });
        try (var client = RawClient.login(gateway, "demo")) {
            var channels = new ArrayList<Long>();
            for (int i = 0; i < CHANNELS; i++) {
                long number = client.open("session");
                channels.add(client.confirmed(number));
                client.send(SshConstants.SSH_MSG_CHANNEL_REQUEST, channels.getLast(), "exec", true, "yes");
                client.until(number, "DATA");
            }
            for (long channel : channels) {
                client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, channel);
            }
            gateway.audit().await(AuditEvent.ChannelEnded.class, CHANNELS);
            assertThat(client.lives()).isTrue();
        } finally {
            over.set(true);
        }
    }

    @Test
    void aChannelThatItsClientClosesEndsItsProcess() throws Exception {
        runtime.programs(_ -> Optional.of(FakeProcess.hanging()));
        try (var session = gateway.login("demo")) {
            var channel = open(session.createExecChannel("x"));
            gateway.audit().await(AuditEvent.ChannelStarted.class);
            channel.close(false);
            gateway.audit().await(AuditEvent.ChannelEnded.class);
            assertThat(session.isOpen()).isTrue();
        }
    }

    @Test
    void aDefectEndsTheChannelAndNamesAnIncident() throws IOException {
        runtime.programs(_ -> {
            throw new IllegalStateException("oops");
        });
        var result = gateway.exec("demo", "x");
        assertThat(result.status()).isEqualTo(70);
        assertThat(result.err()).containsPattern("incident [0-9a-f]{8}").doesNotContain("oops", "at dev.shed");
    }

    @Test
    void anErrorEndsTheChannelToo() throws IOException {
        runtime.programs(_ -> {
            throw new NoClassDefFoundError("oops");
        });
        assertThat(gateway.exec("demo", "x").status()).isEqualTo(70);
    }

    @Test
    void everyStartedChannelIsAuditedOnce() throws Exception {
        runtime.programs(LateStatus::of);
        try (var session = gateway.login("demo")) {
            var channels = new ArrayList<ClientChannel>();
            for (int i = 0; i < 8; i++) {
                channels.add(open(session.createExecChannel("x")));
            }
            gateway.audit().await(AuditEvent.ChannelStarted.class, 8);
            channels.subList(0, 4).forEach(channel -> channel.close(false));
            gateway.audit().await(AuditEvent.ChannelEnded.class, 4);
        }
        gateway.audit().await(AuditEvent.ConnectionClosed.class);
        var ended = gateway.audit().await(AuditEvent.ChannelEnded.class, 8);
        assertThat(ended).hasSize(8);
        assertThat(ended.stream().map(event -> event.subject().channel()).distinct())
                .hasSize(8);
        var started = gateway.audit().await(AuditEvent.ChannelStarted.class, 8);
        assertThat(started).hasSize(8);
        assertThat(started.stream().map(event -> event.subject().channel()).distinct())
                .hasSize(8);
    }

    private static final class LateStatus {
        static Optional<ContainerProcess> of(ExecSpec spec) {
            return Optional.of(FakeProcess.hanging());
        }
    }

    private static <C extends ClientChannel> C open(C channel) throws IOException {
        channel.open().verify(20_000);
        return channel;
    }

    /// A client that takes one chunk and then never returns.
    private static final class StuckStream extends OutputStream {
        private final CountDownLatch never = new CountDownLatch(1);

        @Override
        public void write(int single) throws IOException {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }
}
