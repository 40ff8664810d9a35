package dev.shed.gateway.ssh.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent.ForwardClosed;
import dev.shed.gateway.audit.AuditEvent.ForwardOpened;
import dev.shed.gateway.audit.AuditEvent.ForwardRefused;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.container.FakeSocket;
import dev.shed.gateway.container.Network;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Connections that clients open to sockets in a shed.
class DirectForwardWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final LinkedBlockingQueue<Endpoint> dialled = new LinkedBlockingQueue<>();
    private final FakeRuntime runtime = new FakeRuntime().with("demo").sockets(this::dial);
    private FakeSocket socket = FakeSocket.connected();
    private @Nullable WireGateway gateway;

    private FakeSocket dial(Endpoint to) {
        dialled.add(to);
        return socket;
    }

    private WireGateway gateway() {
        return gateway("");
    }

    private WireGateway gateway(String options) {
        var started = WireGateway.start(runtime, options, UnaryOperator.identity());
        gateway = started;
        return started;
    }

    @AfterEach
    void stop() throws IOException {
        if (gateway != null) {
            gateway.close();
        }
    }

    private static ChannelDirectTcpip open(ClientSession session, String host, int port, OutputStream out)
            throws IOException {
        var channel = session.createDirectTcpipChannel(
                new SshdSocketAddress("127.0.0.1", 1), new SshdSocketAddress(host, port));
        channel.setOut(out);
        channel.open().verify(PATIENCE);
        return channel;
    }

    private static ChannelDirectTcpip open(ClientSession session) throws IOException {
        return open(session, "localhost", 8080, OutputStream.nullOutputStream());
    }

    private static void awaitClosed(ClientChannel channel) {
        assertThat(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE))
                .contains(ClientChannelEvent.CLOSED);
    }

    private static void write(ClientChannel channel, String text) throws IOException {
        channel.getInvertedIn().write(text.getBytes(StandardCharsets.UTF_8));
        channel.getInvertedIn().flush();
    }

    @Test
    void whileTheAuditLogCannotBeWrittenNothingIsForwardedIfThatIsWanted() throws Exception {
        var at = gateway();
        at.audit().fill(ShedException.stateUnusable(Path.of("/s/audit.log"), new IOException("No space left")));
        assertRefused(at, "demo", SshConstants.SSH_OPEN_CONNECT_FAILED, "No space left");
        assertThat(dialled).isEmpty();
    }

    private void assertRefused(WireGateway at, String login, int code, String why) throws Exception {
        try (var session = at.login(login)) {
            assertThatThrownBy(() -> open(session))
                    .hasRootCauseInstanceOf(SshChannelOpenException.class)
                    .rootCause()
                    .hasMessageContaining(why)
                    .extracting(e -> ((SshChannelOpenException) e).getReasonCode())
                    .isEqualTo(code);
            assertThat(session.isOpen()).isTrue();
            assertThat(at.audit().await(ForwardRefused.class).reason()).contains(why);
        }
    }

    @Test
    void bytesGoBothWaysAndEachWayEndsByItself() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var session = gateway().login("demo+any")) {
            var channel = open(session, "db.internal", 5432, out);
            socket.says("I speak first. ");
            write(channel, "question");
            socket.awaitHeard("question");
            channel.getInvertedIn().close();
            socket.awaitEnd();
            socket.says("answer").saysNoMore();
            awaitClosed(channel);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("I speak first. answer");
        assertThat(dialled.take()).isEqualTo(new Endpoint.Tcp("db.internal", 5432));
        socket.awaitClosed();
    }

    @Test
    void theAuditLogSaysWhereToAndHowMuch() throws Exception {
        var at = gateway();
        try (var session = at.login("demo")) {
            var channel = open(session, "::1", 80, OutputStream.nullOutputStream());
            socket.says("12345").saysNoMore();
            write(channel, "123");
            socket.awaitHeard("123");
            channel.getInvertedIn().close();
            awaitClosed(channel);
        }
        var opened = at.audit().await(ForwardOpened.class);
        var closed = at.audit().await(ForwardClosed.class);
        assertThat(opened.forward().target()).isEqualTo("[::1]:80");
        assertThat(opened.forward().kind()).isEqualTo("direct-tcpip");
        assertThat(opened.forward().shed()).isEqualTo("demo");
        assertThat(opened.actor().identity()).isEqualTo("me@laptop");
        assertThat(closed.forward()).isEqualTo(opened.forward());
        assertThat(closed.bytesIn()).isEqualTo(3);
        assertThat(closed.bytesOut()).isEqualTo(5);
    }

    @Test
    void theSocketMayEndFirst() throws Exception {
        try (var session = gateway().login("demo")) {
            var channel = open(session);
            socket.saysNoMore();
            assertThat(channel.waitFor(EnumSet.of(ClientChannelEvent.EOF), PATIENCE))
                    .contains(ClientChannelEvent.EOF);
            write(channel, "still heard");
            socket.awaitHeard("still heard");
            channel.getInvertedIn().close();
            awaitClosed(channel);
            socket.awaitClosed();
        }
    }

    @Test
    void aRefusedTargetFailsTheChannelAndTheConnectionLives() throws Exception {
        socket = FakeSocket.refused("localhost port 8080: Connection refused");
        assertRefused(gateway(), "demo", SshConstants.SSH_OPEN_CONNECT_FAILED, "Connection refused");
        socket.awaitClosed();
    }

    @Test
    void theLobbyForwardsNothing() throws Exception {
        assertRefused(gateway(), "shed", SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "lobby");
        assertThat(dialled).isEmpty();
    }

    @Test
    void aStoppedShedIsNotWoken() throws Exception {
        runtime.with("demo", State.STOPPED);
        assertRefused(gateway(), "demo", SshConstants.SSH_OPEN_CONNECT_FAILED, "is stopped");
        assertThat(runtime.find(ShedName.parse("demo")).orElseThrow().state()).isEqualTo(State.STOPPED);
    }

    @Test
    void aShedThatIsStoppedInBetweenIsNotWokenEither() throws Exception {
        var at = gateway();
        try (var session = at.login("demo")) {
            open(session).close(false);
            socket = FakeSocket.connected();
            runtime.with("demo", State.STOPPED);
            assertThatThrownBy(() -> open(session)).hasRootCauseInstanceOf(SshChannelOpenException.class);
            runtime.with("demo", State.RUNNING);
            open(session);
        }
        assertThat(at.audit().await(ForwardRefused.class).reason()).isEqualTo("shed 'demo' is stopped");
    }

    @ParameterizedTest
    @CsvSource({
        "no-port-forwarding, this key may not forward",
        "restrict, this key may not forward",
        "'permitopen=\"localhost:80\",permitopen=\"other:*\"', this key may not forward to localhost:8080",
        "role=\"viewer\", may not forward connections",
        "'sheds=\"other\"', no shed"
    })
    void aKeysOptionsAreHeeded(String options, String why) throws Exception {
        assertRefused(gateway(options), "demo", SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, why);
        assertThat(dialled).isEmpty();
    }

    @Test
    void whatAKeyPermitsIsOpened() throws Exception {
        try (var session = gateway("permitopen=\"localhost:*\"").login("demo")) {
            assertThat(open(session).isOpen()).isTrue();
        }
    }

    @Test
    void aHostsNetworkIsClosed() throws Exception {
        runtime.network("demo", new Network.Host());
        assertRefused(gateway(), "demo", SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "has the host's network");
        assertThat(dialled).isEmpty();
    }

    @Test
    void anothersNetworkIsClosed() throws Exception {
        runtime.network("demo", new Network.Shared(ShedName.parse("theirs")));
        assertRefused(
                gateway("sheds=\"demo\""),
                "demo",
                SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED,
                "has the network of another shed");
        assertThat(dialled).isEmpty();
    }

    @Test
    void aConnectionHasSoManyAndNoMore() throws Exception {
        var at = gateway();
        try (var session = at.login("demo")) {
            var open = new ArrayList<ChannelDirectTcpip>();
            for (int i = 0; i < 20; i++) {
                socket = FakeSocket.connected();
                open.add(open(session));
            }
            assertThatThrownBy(() -> open(session))
                    .rootCause()
                    .extracting(e -> ((SshChannelOpenException) e).getReasonCode())
                    .isEqualTo(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE);
            open.getFirst().close(false);
            at.audit().await(ForwardClosed.class);
            open(session);
        }
    }

    @Test
    void aShedHasSoManyAndNoMore() throws Exception {
        var at = gateway();
        try (var one = at.login("demo");
                var two = at.login("demo")) {
            for (int i = 0; i < 15; i++) {
                open(one);
                open(two);
            }
            assertThatThrownBy(() -> open(two)).hasRootCauseInstanceOf(SshChannelOpenException.class);
            assertThat(at.audit().await(ForwardRefused.class).reason())
                    .contains("more than 30 forwards of shed 'demo'");
        }
    }

    @Test
    void aSocketThatTakesNothingHoldsUpNobodyElse() throws Exception {
        try (var session = gateway().login("demo")) {
            var stuck = socket;
            stuck.reads(false);
            var channel = open(session);
            var feeder = Thread.ofVirtual().start(() -> flood(channel));
            socket = FakeSocket.connected();
            var other = open(session);
            write(other, "through");
            socket.awaitHeard("through");
            stuck.reads(true);
            stuck.awaitHeard(8 * 1024 * 1024);
            feeder.join(PATIENCE);
        }
    }

    private static void flood(ClientChannel channel) {
        try {
            for (int i = 0; i < 128; i++) {
                channel.getInvertedIn().write(new byte[64 * 1024]);
            }
            channel.getInvertedIn().flush();
        } catch (IOException e) {
            assertThat(channel.isClosing()).isTrue();
        }
    }

    @Test
    void aShellIsServedBesideThem() throws Exception {
        runtime.programs(_ -> Optional.of(FakeProcess.printing("hi\n", "", 0)));
        try (var session = gateway().login("demo")) {
            socket.reads(false);
            var channel = open(session);
            Thread.ofVirtual().start(() -> flood(channel));
            var out = new ByteArrayOutputStream();
            var shell = session.createExecChannel("echo hi");
            shell.setOut(out);
            shell.open().verify(PATIENCE);
            awaitClosed(shell);
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("hi\n");
        }
    }

    @Test
    void whatWasSentBeforeTheCloseArrives() throws Exception {
        try (var session = gateway().login("demo")) {
            socket.reads(false);
            var channel = open(session);
            write(channel, "last words");
            channel.close(false);
            socket.reads(true);
            socket.awaitHeard("last words");
            socket.awaitClosed();
        }
    }

    @Test
    void aClientThatGoesTakesItsSocketsAlong() throws Exception {
        var at = gateway();
        var stuck = socket;
        stuck.reads(false);
        var session = at.login("demo");
        write(open(session), "never taken");
        var waiting = FakeSocket.undecided();
        socket = waiting;
        var pending = session.createDirectTcpipChannel(
                new SshdSocketAddress("127.0.0.1", 1), new SshdSocketAddress("localhost", 1));
        pending.open();
        assertThat(dialled.poll(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(dialled.poll(20, TimeUnit.SECONDS)).isNotNull();
        session.close(true);
        stuck.awaitClosed();
        waiting.awaitClosed();
        at.audit().await(ForwardClosed.class);
    }

    @Test
    void garbageIsRefusedAndTheConnectionLives() throws Exception {
        var at = gateway();
        try (var session = at.login("demo")) {
            assertThatThrownBy(() -> open(session, "a\0b", 1, OutputStream.nullOutputStream()))
                    .hasRootCauseInstanceOf(SshChannelOpenException.class);
            open(session);
        }
    }

    @Test
    void aDefectOfTheRuntimeIsAnAnswerToo() throws Exception {
        runtime.sockets(_ -> {
            throw new SocketRefusedException("no porter runs there");
        });
        assertRefused(gateway(), "demo", SshConstants.SSH_OPEN_CONNECT_FAILED, "no porter runs there");
        assertThat(List.copyOf(dialled)).isEmpty();
    }
}
