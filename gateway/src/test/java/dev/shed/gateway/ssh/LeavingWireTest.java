package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client asked for and sent before it left is carried out, however soon it left.
class LeavingWireTest {
    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final WireGateway gateway = WireGateway.start(runtime);

    /// Counted down when the client has gone.
    private final CountDownLatch gone = new CountDownLatch(1);

    @AfterEach
    void stop() throws IOException {
        gone.countDown();
        gateway.close();
    }

    /// Processes of this kind take until after the client's end to start.
    private void startingLate(Predicate<ExecSpec> which, ContainerProcess late) {
        runtime.programs(spec -> {
            if (!which.test(spec)) {
                return Optional.empty();
            }
            awaitGone();
            return Optional.of(late);
        });
    }

    private void awaitGone() {
        try {
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted when the client left", e);
        }
    }

    private void leave(ClientSession session) throws InterruptedException {
        session.close(true);
        gateway.audit().await(AuditEvent.ConnectionClosed.class);
        gone.countDown();
    }

    private AuditEvent.Ending ending() throws InterruptedException {
        return gateway.audit().await(AuditEvent.ChannelEnded.class).ending();
    }

    private static boolean isCommand(ExecSpec spec) {
        return spec.program() instanceof Program.ShellCommand;
    }

    private static Predicate<ExecSpec> tmux(String word) {
        return spec -> spec.program() instanceof Program.Argv(var words, var _) && words.contains(word);
    }

    @Test
    void aCommandRunsThoughItsClientLeftAtOnce() throws Exception {
        var ran = new CompletableFuture<String>();
        startingLate(LeavingWireTest::isCommand, new FakeProcess((_, _) -> {
            ran.complete("ran");
            return ExitStatus.SUCCESS;
        }));
        try (var session = gateway.login("demo")) {
            open(session.createExecChannel("touch /tmp/x"));
            gateway.audit().await(AuditEvent.ChannelStarted.class);
            leave(session);
        }
        assertThat(ran.get(20, TimeUnit.SECONDS)).isEqualTo("ran");
        assertThat(ending().outcome()).isEqualTo("peer-gone");
    }

    @Test
    void aCommandRunsThoughItsChannelWasClosedAtOnce() throws Exception {
        var ran = new CompletableFuture<String>();
        startingLate(LeavingWireTest::isCommand, new FakeProcess((_, _) -> {
            ran.complete("ran");
            return ExitStatus.SUCCESS;
        }));
        try (var session = gateway.login("demo")) {
            var channel = open(session.createExecChannel("touch /tmp/x"));
            gateway.audit().await(AuditEvent.ChannelStarted.class);
            channel.close(false).await(20_000);
            // The gateway answers a close before it tells the request.
            awaitArrival(session);
            gone.countDown();
            assertThat(ran.get(20, TimeUnit.SECONDS)).isEqualTo("ran");
            // Whether it ends by itself, or is let go of before: nobody was told its status.
            assertThat(ending().outcome()).isEqualTo("peer-gone");
            assertThat(session.isOpen()).isTrue();
        }
    }

    /// Also by a process that writes meanwhile: nobody hears it, and its input is still to come.
    @ParameterizedTest
    @ValueSource(ints = {1, 20_000, 1_500_000})
    void theProcessGetsWhatItsClientSentBeforeItLeft(int bytes) throws Exception {
        var received = new CompletableFuture<Integer>();
        startingLate(LeavingWireTest::isCommand, new FakeProcess((_, streams) -> {
            // What it writes may break off when it is let go of; what it was given is there all the same.
            Thread.ofVirtual().start(() -> received.complete(size(streams.in())));
            streams.print("reading");
            received.join();
            return ExitStatus.SUCCESS;
        }));
        try (var session = gateway.login("demo")) {
            var channel = open(session.createExecChannel("cat >/tmp/x"));
            channel.getInvertedIn().write("x".repeat(bytes).getBytes(StandardCharsets.US_ASCII));
            channel.getInvertedIn().flush();
            awaitArrival(session);
            leave(session);
        }
        assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(bytes);
    }

    private static int size(InputStream in) {
        try {
            return in.readAllBytes().length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aProcessThatTakesNoMoreIsLetGoOf() throws Exception {
        var process = new CompletableFuture<FakeProcess>();
        runtime.programs(_ -> Optional.of(new FakeProcess((self, streams) -> {
            process.complete(self);
            self.awaitClosed();
            return ExitStatus.SUCCESS;
        })));
        try (var session = gateway.login("demo")) {
            var channel = open(session.createExecChannel("sleep 1000"));
            channel.getInvertedIn().write(new byte[20_000]);
            channel.getInvertedIn().flush();
            process.get(20, TimeUnit.SECONDS);
            leave(session);
        }
        process.get().awaitClosed();
        assertThat(ending().outcome()).isEqualTo("peer-gone");
    }

    @Test
    void aVerbIsCarriedOut() throws Exception {
        runtime.tmux("demo").with("debug", Instant.EPOCH, 0, 1);
        late(tmux("kill-session"));
        leaveAfter("demo", "kill debug");
        assertThat(ending().outcome()).isEqualTo("exit");
        assertThat(ending().exit()).isEqualTo(-1);
        assertThat(runtime.tmux("demo").names()).isEmpty();
    }

    /// It says what it is about to do before it does it, and nobody is there to be told.
    @Test
    void aVerbThatSaysSomethingFirstIsCarriedOut() throws Exception {
        runtime.tmux("demo").with("debug", Instant.EPOCH, 0, 1);
        late(tmux("shed-sessions"));
        leaveAfter("demo", "stop");
        assertThat(ending().outcome()).isEqualTo("exit");
        assertThat(runtime.find(ShedName.parse("demo")).orElseThrow().state()).isEqualTo(State.STOPPED);
    }

    @Test
    void aVerbThatFailsIsToldToTheAuditLog() throws Exception {
        late(tmux("kill-session"));
        leaveAfter("demo", "kill debug");
        assertThat(ending().outcome()).isEqualTo("SESSION_NOT_FOUND");
        assertThat(ending().exit()).isEqualTo(-1);
    }

    /// The tail of a text that never came could have been a question mark.
    @Test
    void aTextThatIsCutOffIsNotTyped() throws Exception {
        runtime.tmux("demo").with("debug", Instant.EPOCH, 0, 1);
        try (var session = gateway.login("demo")) {
            var channel = open(session.createSubsystemChannel("send debug"));
            channel.getInvertedIn().write("rm -rf /tmp/x".getBytes(StandardCharsets.US_ASCII));
            channel.getInvertedIn().flush();
            awaitArrival(session);
            leave(session);
        }
        assertThat(ending().outcome()).isEqualTo("peer-gone");
        assertThat(runtime.tmux("demo").typed("debug")).isEmpty();
    }

    @Test
    void aWholeTextIsTyped() throws Exception {
        runtime.tmux("demo").with("debug", Instant.EPOCH, 0, 1);
        late(tmux("list-panes"));
        try (var session = gateway.login("demo")) {
            var channel = open(session.createSubsystemChannel("send --no-enter debug"));
            channel.getInvertedIn().write("rm -rf /tmp/x".getBytes(StandardCharsets.US_ASCII));
            channel.getInvertedIn().close();
            awaitArrival(session);
            leave(session);
        }
        assertThat(ending().outcome()).isEqualTo("exit");
        assertThat(runtime.tmux("demo").typed("debug")).isEqualTo("rm -rf /tmp/x");
    }

    @Test
    void whoOnlyWaitedWaitsNoLonger() throws Exception {
        try (var session = gateway.login("demo")) {
            open(session.createSubsystemChannel("events"));
            gateway.audit().await(AuditEvent.ChannelStarted.class);
            leave(session);
        }
        assertThat(ending().outcome()).isEqualTo("peer-gone");
    }

    /// An answer proves that what was sent before the question has arrived.
    private static void awaitArrival(ClientSession session) throws IOException {
        var question = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        question.putString("nosuch");
        question.putBoolean(true);
        session.request("nosuch", question, Duration.ofSeconds(20));
    }

    private void late(Predicate<ExecSpec> which) {
        runtime.programs(spec -> {
            if (which.test(spec)) {
                awaitGone();
            }
            return Optional.empty();
        });
    }

    /// Whoever looks costs the shed a process for as long as he likes.
    @Test
    void onlySoManyLooksRunAtOnceAndEndWithTheirClient() throws Exception {
        runtime.tmux("demo").with("debug", Instant.EPOCH, 0, 1);
        var looks = hanging("capture-pane");
        var other = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        gateway.authorizeToo("role=\"viewer\"", other);
        try (var many = gateway.login("shed");
                var one = gateway.login("shed", other)) {
            for (int i = 0; i < 6; i++) {
                open(many.createExecChannel("peek demo debug"));
            }
            var first = take(looks, 4);
            open(one.createExecChannel("peek demo debug"));
            assertThat(looks.poll(20, TimeUnit.SECONDS)).as("another's").isNotNull();
            assertThat(looks).as("the fifth and the sixth").isEmpty();
            leave(many);
            for (var look : first) {
                look.awaitClosed();
            }
            // What waited for a place may have begun meanwhile, and ends as well.
            for (var late = looks.poll(); late != null; late = looks.poll()) {
                late.awaitClosed();
            }
        }
    }

    /// Each of them asks the engine and the sheds.
    @Test
    void onlySoManyVerbsOfOneKeyLookAtOnce() throws Exception {
        var other = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        gateway.authorizeToo("role=\"viewer\"", other);
        var looks = hanging("shed-sessions");
        try (var many = gateway.login("shed");
                var one = gateway.login("shed", other)) {
            for (int i = 0; i < 10; i++) {
                open(many.createExecChannel("sessions demo"));
            }
            var first = take(looks, 8);
            open(one.createExecChannel("sessions demo"));
            assertThat(looks.poll(20, TimeUnit.SECONDS)).as("another's").isNotNull();
            assertThat(looks).as("the ninth and the tenth").isEmpty();
            leave(many);
            for (var look : first) {
                look.awaitClosed();
            }
            // What waited for a place may have begun meanwhile, and ends as well.
            for (var late = looks.poll(); late != null; late = looks.poll()) {
                late.awaitClosed();
            }
        }
    }

    /// Those that will be started.
    private BlockingQueue<FakeProcess> hanging(String tmuxCommand) {
        var started = new LinkedBlockingQueue<FakeProcess>();
        runtime.programs(spec -> tmux(tmuxCommand).test(spec)
                ? Optional.of(new FakeProcess((self, _) -> {
                    started.add(self);
                    self.awaitClosed();
                    return new ExitStatus.Signalled("HUP", false);
                }))
                : Optional.empty());
        return started;
    }

    private static List<FakeProcess> take(BlockingQueue<FakeProcess> from, int count) throws InterruptedException {
        var taken = new ArrayList<FakeProcess>();
        for (int i = 0; i < count; i++) {
            var next = from.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("number " + i).isNotNull();
            taken.add(next);
        }
        return taken;
    }

    private void leaveAfter(String login, String verb) throws Exception {
        try (var session = gateway.login(login)) {
            open(session.createSubsystemChannel(verb));
            gateway.audit().await(AuditEvent.ChannelStarted.class);
            leave(session);
        }
    }

    private static <C extends ClientChannel> C open(C channel) throws IOException {
        channel.open().verify(20_000);
        return channel;
    }
}
