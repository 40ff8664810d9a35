package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.WireGateway;
import dev.shed.gateway.WireGateway.Result;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a channel carries, and how it ends.
class ChannelWireTest {
    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final WireGateway gateway = WireGateway.start(runtime);

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private void running(FakeProcess.Script script) {
        runtime.programs(_ -> Optional.of(new FakeProcess(script)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 126, 127, 128, 254, 255})
    void theStatusPassesThrough(int status) throws IOException {
        runtime.programs(_ -> Optional.of(FakeProcess.printing("out", "err", status)));
        assertThat(gateway.exec("demo", "x")).isEqualTo(new Result(status, Optional.empty(), "out", "err"));
    }

    /// A client whose input has ended closes the channel as soon as it sees the end-of-file.
    @Test
    void theStatusArrivesBeforeTheEndOfFile() throws IOException {
        runtime.programs(_ -> Optional.of(FakeProcess.printing("", "", 3)));
        try (var session = gateway.login("demo")) {
            for (int i = 0; i < 50; i++) {
                var channel = open(session.createExecChannel("x"));
                channel.waitFor(EnumSet.of(ClientChannelEvent.EOF, ClientChannelEvent.CLOSED), 20_000);
                assertThat(channel.getExitStatus()).isEqualTo(3);
                channel.close(false).await(20_000);
            }
        }
    }

    @Test
    void aSignalIsReportedAsThatSignal() throws IOException {
        running((_, _) -> new ExitStatus.Signalled("TERM", false));
        var result = gateway.exec("demo", "x");
        assertThat(result.signal()).contains("TERM");
        assertThat(result.status()).isEqualTo(-1);
    }

    @Test
    void aProcessOutOfReachIsSaid() throws IOException {
        running((_, streams) -> {
            streams.print("half");
            throw new ProcessLostException("its container stopped");
        });
        var result = gateway.exec("demo", "x");
        assertThat(result.out()).isEqualTo("half");
        assertThat(result.err())
                .startsWith("shed: shed 'demo' is not ready: its container stopped; log in again\nTry:\n");
        assertThat(result.status()).isEqualTo(75);
    }

    @Test
    void signalsReachTheProcess() throws Exception {
        var process = FakeProcess.hanging();
        runtime.programs(_ -> Optional.of(process));
        try (var session = gateway.login("demo")) {
            var channel = session.createExecChannel("x");
            open(channel);
            gateway.audit().await(AuditEvent.ChannelStarted.class);
            Await.until("a signal", () -> {
                signal(channel, "INT");
                return !process.signals().isEmpty();
            });
            signal(channel, "../../x");
        }
        assertThat(process.signals()).containsOnly("INT");
    }

    private static void signal(ClientChannel channel, String name) throws IOException {
        var session = channel.getSession();
        var buffer = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
        buffer.putUInt(channel.getRecipient());
        buffer.putString("signal");
        buffer.putBoolean(false);
        buffer.putString(name);
        session.writePacket(buffer);
    }

    @Test
    void anyByteButNulIsPartOfACommand() throws IOException {
        runtime.programs(spec -> Optional.of(FakeProcess.printing("", "", 0)));
        var bytes = new byte[] {'a', (byte) 0xff, (byte) 0xfe, '\n', 1};
        try (var session = gateway.login("demo")) {
            rawExec(session, bytes).waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(10));
        }
        assertThat(runtime.started().getFirst().program())
                .isEqualTo(new ExecSpec.Program.ShellCommand(ByteString.of(bytes)));
    }

    /// A channel whose command is not text, which the client's own API does not offer.
    private static ClientChannel rawExec(ClientSession session, byte[] command) throws IOException {
        var channel = new ChannelExec("x", StandardCharsets.UTF_8, null, Map.of()) {
            @Override
            protected void doOpen() throws IOException {
                var buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
                buffer.putUInt(getRecipient());
                buffer.putString("exec");
                buffer.putBoolean(false);
                buffer.putBytes(command);
                writePacket(buffer);
                streaming = Streaming.Sync;
                invertedIn = OutputStream.nullOutputStream();
            }
        };
        session.getService(ConnectionService.class).registerChannel(channel);
        open(channel);
        return channel;
    }

    @Test
    void endOfFileReachesTheProcessAndItsOutputComesBack() throws IOException {
        running((_, streams) -> {
            int bytes = streams.in().readAllBytes().length;
            streams.print("read " + bytes);
            return ExitStatus.of(3);
        });
        var input = "0123456789abcdef".repeat(64 * 1024);
        assertThat(gateway.exec("demo", "x", Map.of(), input))
                .isEqualTo(new Result(3, Optional.empty(), "read " + input.length(), ""));
    }

    @Test
    void aProcessThatDoesNotReadLosesNoOutput() throws IOException {
        running((_, streams) -> {
            streams.in().close();
            streams.print("done");
            return ExitStatus.SUCCESS;
        });
        assertThat(gateway.exec("demo", "x", Map.of(), "y".repeat(8 * 1024 * 1024))
                        .out())
                .isEqualTo("done");
    }

    @Test
    void largeOutputArrivesWhole() throws IOException {
        var chunk = "0123456789".repeat(10_000);
        running((_, streams) -> {
            for (int i = 0; i < 100; i++) {
                streams.print(chunk);
            }
            return ExitStatus.SUCCESS;
        });
        assertThat(gateway.exec("demo", "x").out()).isEqualTo(chunk.repeat(100));
    }

    @Test
    void resizesArriveAndTheLastOneWins() throws Exception {
        var process = new CompletableFuture<FakeProcess>();
        runtime.programs(_ -> {
            process.complete(FakeProcess.hanging());
            return Optional.of(process.join());
        });
        try (var session = gateway.login("demo")) {
            var channel = WireGateway.terminal(session, "xterm");
            open(channel);
            gateway.audit().await(AuditEvent.ChannelStarted.class);
            process.get(20, TimeUnit.SECONDS);
            for (int i = 1; i <= 200; i++) {
                channel.sendWindowChange(80 + i, 20 + i);
            }
            // A request with an answer, behind the resizes.
            var last = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
            last.putString("nosuch");
            last.putBoolean(true);
            session.request("nosuch", last, Duration.ofSeconds(20));
            // The process may be connected only now, and then gets the newest size.
            Await.until("a size", () -> !process.join().sizes().isEmpty());
            var newest = process.join().sizes().getLast();
            assertThat(new WindowSize(newest.rows(), newest.columns())).isEqualTo(new WindowSize(220, 280));
        }
    }

    @Test
    void unknownSubsystemsAreRefusedAndTheConnectionLives() throws IOException {
        runtime.programs(_ -> Optional.of(FakeProcess.printing("fine", "", 0)));
        try (var session = gateway.login("demo")) {
            var refused = session.createSubsystemChannel("nosuch");
            refused.open();
            assertThat(refused.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), 20_000))
                    .contains(ClientChannelEvent.CLOSED);
            assertThat(refused.getExitStatus()).isNull();
            assertThat(session.executeRemoteCommand("x")).isEqualTo("fine");
        }
    }

    @Test
    void tooManyChannelsAreRefusedAndTheConnectionLives() throws Exception {
        runtime.programs(_ -> Optional.of(FakeProcess.hanging()));
        try (var session = gateway.login("demo")) {
            var channels = new ArrayList<ClientChannel>();
            for (int i = 0; i < 10; i++) {
                channels.add(open(session.createExecChannel("x")));
            }
            assertThatThrownBy(() -> open(session.createExecChannel("x")))
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SshChannelOpenException.class,
                            e -> assertThat(e.getReasonCode()).isEqualTo(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE));
            channels.getFirst().close(false).await(20_000);
            gateway.audit().await(AuditEvent.ChannelEnded.class);
            // The place is free a little later.
            Await.until("another channel opens", () -> opens(session.createExecChannel("x")));
        }
    }

    private static boolean opens(ClientChannel channel) throws IOException {
        var opening = channel.open();
        return opening.await(20_000) && opening.isOpened();
    }

    /// RFC 4254 allows any number, and sshd takes it.
    @ParameterizedTest
    @ValueSource(longs = {0x2000_0000L, 0xffff_ffffL})
    void anyMaximumPacketSizeIsTaken(long announced) throws Exception {
        runtime.programs(_ -> Optional.of(FakeProcess.printing("y".repeat(200_000), "", 0)));
        try (var session = gateway.login("demo")) {
            var out = new ByteArrayOutputStream();
            var channel = announcing(announced);
            channel.setOut(out);
            session.getService(ConnectionService.class).registerChannel(channel);
            open(channel).waitFor(EnumSet.of(ClientChannelEvent.CLOSED), 20_000);
            assertThat(out.size()).isEqualTo(200_000);
            assertThat(session.isOpen()).isTrue();
        }
    }

    private static ChannelExec announcing(long packetSize) {
        return new ChannelExec("x", StandardCharsets.UTF_8, null, Map.of()) {
            @Override
            public IoWriteFuture writePacket(Buffer buffer) throws IOException {
                if (buffer.rawByte(buffer.rpos()) == SshConstants.SSH_MSG_CHANNEL_OPEN) {
                    int end = buffer.wpos();
                    buffer.wpos(end - Integer.BYTES);
                    buffer.putUInt(packetSize);
                }
                return super.writePacket(buffer);
            }
        };
    }

    @Test
    void manyChannelsRunAtOnce() throws Exception {
        running((_, streams) -> {
            streams.print(new String(streams.in().readAllBytes(), StandardCharsets.UTF_8));
            return ExitStatus.SUCCESS;
        });
        try (var session = gateway.login("demo")) {
            List<String> answers = IntStream.range(0, 8)
                    .parallel()
                    .mapToObj(i -> answer(session, "input " + i))
                    .toList();
            assertThat(answers)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 8).mapToObj(i -> "input " + i).toList());
        }
    }

    private static String answer(ClientSession session, String input) {
        try {
            return WireGateway.run(session.createExecChannel("x"), Map.of(), input)
                    .out();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <C extends ClientChannel> C open(C channel) throws IOException {
        channel.open().verify(20_000);
        return channel;
    }
}
