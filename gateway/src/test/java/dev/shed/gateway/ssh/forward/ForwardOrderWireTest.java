package dev.shed.gateway.ssh.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.FakeListener;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.container.FakeSocket;
import dev.shed.gateway.ssh.raw.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.sshd.common.SshConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// In which order messages about a forward go out, and that what a client sent before its close arrives.
class ForwardOrderWireTest {
    private static final int WINDOW = 1024 * 1024;
    private static final int PACKET = 32 * 1024;

    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final WireGateway gateway =
            WireGateway.start(runtime, new GatewayConfig.Forwarding(256, 256, "loopback", "keep", "refuse"));
    private final RawClient client;

    ForwardOrderWireTest() throws IOException {
        client = RawClient.login(gateway, "demo");
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        gateway.close();
    }

    private long openDirect() throws IOException {
        return client.open("direct-tcpip", "localhost", 7999, "127.0.0.1", 4711);
    }

    @Test
    void aRefusedForwardIsAFailureAndNothingElse() throws Exception {
        runtime.sockets(_ -> FakeSocket.refused("nobody there"));
        for (int i = 0; i < 20; i++) {
            client.next(openDirect()).require("OPEN_FAILURE");
            long unix = client.open("direct-streamlocal@openssh.com", "/nosuch", "", 0);
            client.next(unix).require("OPEN_FAILURE");
        }
        client.assertInOrder();
    }

    @Test
    void aRefusedForwardMayBeAnsweredLate() throws Exception {
        var socket = FakeSocket.undecided();
        runtime.sockets(_ -> socket);
        long number = openDirect();
        assertThat(client.lives()).isTrue();
        assertThat(client.hasMore(number)).isFalse();
        socket.close();
        client.next(number).require("OPEN_FAILURE");
        client.assertInOrder();
    }

    @Test
    void nothingFollowsTheCloseOfAForwardThatIsClosedInFullFlow() throws Exception {
        runtime.sockets(_ -> FakeSocket.flooding());
        for (int i = 0; i < 100; i++) {
            long number = openDirect();
            long channel = client.confirmed(number);
            client.until(number, "DATA");
            client.send(SshConstants.SSH_MSG_CHANNEL_DATA, channel, new byte[30_000]);
            client.send(SshConstants.SSH_MSG_CHANNEL_DATA, channel, new byte[30_000]);
            client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, channel);
            client.until(number, "CLOSE");
        }
        client.assertInOrder();
    }

    /// Its client would wait for ever otherwise.
    @Test
    void aSocketThatBreaksIsAnEndOfFileFirst() throws Exception {
        var socket = FakeSocket.connected();
        runtime.sockets(_ -> socket);
        long number = openDirect();
        long channel = client.confirmed(number);
        socket.breaks();
        client.next(number).require("EOF");
        client.send(SshConstants.SSH_MSG_CHANNEL_DATA, channel, "x");
        client.next(number).require("CLOSE");
        client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, channel);
        client.assertInOrder();
    }

    private FakeListener listen(String request, Object... place) throws Exception {
        var fields = new ArrayList<Object>(List.of(request, true));
        fields.addAll(List.of(place));
        client.send(SshConstants.SSH_MSG_GLOBAL_REQUEST, fields.toArray());
        client.nextGlobal().require("REQUEST_SUCCESS");
        return runtime.listening().getFirst();
    }

    private FakeListener listenOn(String kind) throws Exception {
        return kind.equals("tcp")
                ? listen("tcpip-forward", "localhost", 8080)
                : listen("streamlocal-forward@openssh.com", "/tmp/x.sock");
    }

    /// Somebody in the shed connects to what listens there for the client.
    private FakeSocket connectTcp() throws Exception {
        return listenOn("tcp").connect();
    }

    /// The gateway's number of the channel that it asks for.
    private long asked() throws InterruptedException {
        var body = client.nextGlobal().require("OPEN").body();
        assertThat(body.getString()).startsWith("forwarded-");
        return body.getUInt();
    }

    private void accept(long channel, long number) throws IOException {
        client.send(SshConstants.SSH_MSG_CHANNEL_OPEN_CONFIRMATION, channel, number, WINDOW, PACKET);
    }

    /// A client that has all of it ready: its three messages are there before the gateway has looked at the first.
    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix"})
    void whatIsSentAtOnceAndClosedArrives(String kind) throws Exception {
        var listener = listenOn(kind);
        for (int round = 0; round < 5; round++) {
            var peers = Stream.generate(listener::connect).limit(15).toList();
            var channels = new ArrayList<Long>();
            for (var _ : peers) {
                channels.add(asked());
            }
            for (long channel : channels) {
                accept(channel, channel);
                client.send(SshConstants.SSH_MSG_CHANNEL_DATA, channel, "all of it");
                client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, channel);
            }
            for (var peer : peers) {
                peer.awaitClosed();
                assertThat(peer.heard()).isEqualTo("all of it");
            }
            for (long channel : channels) {
                client.until(channel, "CLOSE");
            }
        }
        client.assertInOrder();
    }

    @Test
    void whatIsSentAtOnceArrivesAlsoWhenTheConnectionEndsWithIt() throws Exception {
        var peer = connectTcp();
        peer.reads(false);
        long channel = asked();
        accept(channel, 1);
        client.send(SshConstants.SSH_MSG_CHANNEL_DATA, channel, "all of it");
        assertThat(client.lives()).isTrue();
        client.close();
        peer.reads(true);
        peer.awaitHeard("all of it");
        peer.awaitClosed();
    }

    @Test
    void aDirectForwardsLastWordsArriveAlsoWhenTheConnectionEndsWithThem() throws Exception {
        var socket = FakeSocket.connected();
        runtime.sockets(_ -> socket);
        socket.reads(false);
        long channel = client.confirmed(openDirect());
        client.send(SshConstants.SSH_MSG_CHANNEL_DATA, channel, "first");
        client.send(SshConstants.SSH_MSG_CHANNEL_DATA, channel, ", last");
        assertThat(client.lives()).isTrue();
        client.close();
        socket.reads(true);
        socket.awaitHeard("first, last");
        socket.awaitClosed();
    }

    @Test
    void aClientThatRefusesHearsNoMoreOfIt() throws Exception {
        var peer = connectTcp();
        client.send(SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE, asked(), 2, "no", "");
        peer.awaitClosed();
        client.assertInOrder();
    }

    /// A laptop may sleep meanwhile; sshd waits as well.
    @Test
    void whoConnectedAndLeftIsStillToldOfInOrder() throws Exception {
        var peer = connectTcp();
        long channel = asked();
        peer.saysNoMore();
        assertThat(client.lives()).isTrue();
        accept(channel, 1);
        client.next(1).require("EOF");
        client.send(SshConstants.SSH_MSG_CHANNEL_EOF, channel);
        client.next(1).require("CLOSE");
        client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, channel);
        client.assertInOrder();
    }

    @Test
    void aRequestOnAForwardIsAnsweredUntilItsClose() throws Exception {
        var socket = FakeSocket.connected();
        socket.saysNoMore();
        runtime.sockets(_ -> socket);
        long number = openDirect();
        long channel = client.confirmed(number);
        client.next(number).require("EOF");
        client.send(SshConstants.SSH_MSG_CHANNEL_REQUEST, channel, "keepalive@openssh.com", true);
        client.next(number).require("FAILURE");
        client.send(SshConstants.SSH_MSG_CHANNEL_EOF, channel);
        client.next(number).require("CLOSE");
        client.send(SshConstants.SSH_MSG_CHANNEL_REQUEST, channel, "keepalive@openssh.com", true);
        client.assertInOrder();
        assertThat(client.hasMore(number)).isFalse();
    }

    /// As with sshd, which serves the requests of a connection one after another: `ssh -R … SHED COMMAND` may use what
    /// listens at once.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCommandStartsAfterTheForwardsThatWereAskedForBefore(boolean taken) throws Exception {
        if (taken) {
            listen("tcpip-forward", "localhost", 8080);
        }
        var started = new CountDownLatch(1);
        runtime.programs(_ -> {
            started.countDown();
            return Optional.empty();
        });
        var early = listensSlowly(started);
        client.send(SshConstants.SSH_MSG_GLOBAL_REQUEST, "tcpip-forward", true, "localhost", 8080);
        long number = client.open("session");
        long channel = client.confirmed(number);
        client.send(SshConstants.SSH_MSG_CHANNEL_REQUEST, channel, "exec", true, "true");
        client.nextGlobal().require(taken ? "REQUEST_FAILURE" : "REQUEST_SUCCESS");
        client.until(number, "CLOSE");
        assertThat(early).isFalse();
        assertThat(started.getCount()).isZero();
    }

    @Test
    void aDirectForwardIsConnectedAfterTheForwardsThatWereAskedForBefore() throws Exception {
        var connected = new CountDownLatch(1);
        runtime.sockets(_ -> {
            connected.countDown();
            return FakeSocket.connected();
        });
        var early = listensSlowly(connected);
        client.send(SshConstants.SSH_MSG_GLOBAL_REQUEST, "tcpip-forward", true, "localhost", 7999);
        long number = openDirect();
        client.nextGlobal().require("REQUEST_SUCCESS");
        client.confirmed(number);
        assertThat(early).isFalse();
    }

    /// What listens from now on does so half a second late, or when `other` has happened.
    ///
    /// @return whether that came first
    private AtomicBoolean listensSlowly(CountDownLatch other) {
        var first = new AtomicBoolean();
        runtime.beforeListening(() -> {
            try {
                first.set(other.await(500, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return first;
    }
}
