package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.ssh.raw.Message;
import dev.shed.gateway.ssh.raw.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.SshConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// In which order messages about a session's channel go out: most clients end the whole connection over one that is out
/// of order.
class ChannelOrderWireTest {
    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final WireGateway gateway = WireGateway.start(runtime);

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private RawClient client() throws IOException {
        return RawClient.login(gateway, "demo");
    }

    private static void request(RawClient client, long channel, String name, Object... details) throws IOException {
        var fields = new ArrayList<Object>(List.of(channel, name, true));
        fields.addAll(List.of(details));
        client.send(SshConstants.SSH_MSG_CHANNEL_REQUEST, fields.toArray());
    }

    private static List<String> untilTheClose(RawClient client, long number) throws InterruptedException {
        var names = new ArrayList<String>();
        Message message;
        do {
            message = client.next(number);
            names.add(message.name());
        } while (!message.name().equals("CLOSE"));
        return names;
    }

    @Test
    void aCommandEndsInOrder() throws Exception {
        runtime.programs(_ -> Optional.of(FakeProcess.printing("out", "err", 3)));
        try (var client = client()) {
            long number = client.open("session");
            long channel = client.confirmed(number);
            request(client, channel, "exec", "x");
            assertThat(untilTheClose(client, number))
                    .containsExactly("SUCCESS", "DATA", "EXTENDED_DATA", "REQUEST", "EOF", "CLOSE");
            client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, channel);
            client.assertInOrder();
        }
    }

    @Test
    void aSessionTooManyIsAFailureAndNothingElse() throws Exception {
        try (var client = client()) {
            for (int i = 0; i < 10; i++) {
                client.openSession();
            }
            for (int i = 0; i < 20; i++) {
                var refusal = client.next(client.open("session")).require("OPEN_FAILURE");
                assertThat(refusal.body().getUInt()).isEqualTo(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE);
                assertThat(refusal.body().getString()).isEqualTo("too many channels on this connection");
            }
            client.assertInOrder();
        }
    }

    @Test
    void anUnknownChannelIsAFailureAndNothingElse() throws Exception {
        try (var client = client()) {
            client.next(client.open("x11", "127.0.0.1", 1)).require("OPEN_FAILURE");
            client.assertInOrder();
        }
    }

    /// The client's close and the gateway's data meet on the way.
    @Test
    void nothingFollowsTheCloseOfAChannelThatIsClosedInFullFlow() throws Exception {
        runtime.programs(_ -> Optional.of(new FakeProcess((_, streams) -> {
            while (true) {
                streams.out().write(new byte[2000]);
                streams.out().flush();
            }
        })));
        try (var client = client()) {
            for (int i = 0; i < 200; i++) {
                long number = client.open("session");
                long channel = client.confirmed(number);
                request(client, channel, "exec", "yes");
                client.until(number, "DATA");
                client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, channel);
                client.until(number, "CLOSE");
            }
            client.assertInOrder();
        }
    }

    /// It was sent before the gateway's close arrived.
    @Test
    void aRequestAfterTheCloseIsNotAnswered() throws Exception {
        runtime.programs(_ -> Optional.of(FakeProcess.printing("", "", 0)));
        try (var client = client()) {
            long number = client.open("session");
            long channel = client.confirmed(number);
            request(client, channel, "exec", "true");
            client.until(number, "CLOSE");
            request(client, channel, "keepalive@openssh.com");
            request(client, channel, "window-change", 80, 24, 0, 0);
            client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, channel);
            client.assertInOrder();
        }
    }

    /// MINA would answer it as if it had been a request.
    @Test
    void extendedDataOfAnUnknownKindIsNotAnswered() throws Exception {
        try (var client = client()) {
            long number = client.open("session");
            long channel = client.confirmed(number);
            client.send(SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA, channel, 7, "x");
            client.send(SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA, channel, 1, "x");
            client.assertInOrder();
            assertThat(client.hasMore(number)).isFalse();
        }
    }

    /// MINA would answer with that number, which may be another channel's at the client's end.
    @Test
    void aMessageForAChannelThatIsNotThereIsNotAnswered() throws Exception {
        try (var client = client()) {
            client.openSession();
            request(client, 4711, "exec", "x");
            client.send(SshConstants.SSH_MSG_CHANNEL_DATA, 4711, "x");
            client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, 4711);
            client.assertInOrder();
        }
    }
}
