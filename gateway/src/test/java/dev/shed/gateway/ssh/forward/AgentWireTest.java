package dev.shed.gateway.ssh.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent.ForwardOpened;
import dev.shed.gateway.audit.AuditEvent.ForwardRefused;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.FakeListener;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.ConnectionService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Agents that clients lend to their sheds.
class AgentWireTest {
    private static final String SOCKET = "/.shed/sockets/agent/agent.sock";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FakeRuntime runtime =
            new FakeRuntime().with("demo").programs(_ -> Optional.of(FakeProcess.hanging()));
    private @Nullable WireGateway gateway;

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

    /// Starts a command, offering an agent before, as `ssh -A` does.
    private void startWithAgent(ClientSession session) throws Exception {
        int before = runtime.started().size();
        var channel = new OfferingChannel();
        session.getService(ConnectionService.class).registerChannel(channel);
        channel.open().verify(PATIENCE);
        Await.until("a process", () -> runtime.started().size() > before);
    }

    private static final class OfferingChannel extends ChannelExec {
        OfferingChannel() {
            super("x", null, Map.of());
        }

        @Override
        protected void doOpen() throws IOException {
            var request = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, 64);
            request.putUInt(getRecipient());
            request.putString("auth-agent-req@openssh.com");
            request.putBoolean(false);
            writePacket(request);
            super.doOpen();
        }
    }

    private Map<String, String> environment() {
        return runtime.started().getLast().environment();
    }

    @Test
    void whatWasStartedFindsTheAgent() throws Exception {
        try (var session = gateway("").login("demo")) {
            startWithAgent(session);
            assertThat(environment()).containsEntry("SSH_AUTH_SOCK", SOCKET);
            assertThat(runtime.listening()).extracting(FakeListener::place).containsExactly(new Endpoint.Unix(SOCKET));
        }
    }

    @Test
    void withoutAnAgentThereIsNoSocket() throws Exception {
        try (var session = gateway("").login("demo")) {
            session.createExecChannel("x").open().verify(PATIENCE);
            Await.until("a process", () -> !runtime.started().isEmpty());
            assertThat(environment()).doesNotContainKey("SSH_AUTH_SOCK");
            assertThat(runtime.listening()).isEmpty();
        }
    }

    @Test
    void theSocketGoesWithTheLastClientThatBroughtOne() throws Exception {
        var at = gateway("");
        var one = at.login("demo");
        startWithAgent(one);
        var two = at.login("demo");
        startWithAgent(two);
        var listener = runtime.listening().getFirst();
        one.close(true);
        assertThat(listener.isOpen()).isTrue();
        two.close(true);
        Await.until("the socket closes", () -> !listener.isOpen());
    }

    /// MINA's client has no agent: it refuses the channel, and so shows who was asked.
    @Test
    void theNewestConnectionIsAskedFirst() throws Exception {
        var at = gateway("");
        try (var one = at.login("demo");
                var two = at.login("demo")) {
            startWithAgent(one);
            startWithAgent(two);
            var peer = runtime.listening().getFirst().connect();
            peer.awaitClosed();
            assertThat(at.audit().await(ForwardRefused.class, 2))
                    .extracting(event ->
                            event.origin().conn() + " " + event.forward().kind())
                    .containsExactly("conn-2 auth-agent", "conn-1 auth-agent");
            startWithAgent(one);
            runtime.listening().getFirst().connect().awaitClosed();
            assertThat(at.audit().await(ForwardRefused.class, 4).get(2).origin().conn())
                    .isEqualTo("conn-1");
            assertThat(at.audit().events(ForwardOpened.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-agent-forwarding", "restrict"})
    void aKeysOptionsAreHeeded(String options) throws Exception {
        var at = gateway(options);
        try (var session = at.login("demo")) {
            startWithAgent(session);
            assertThat(environment()).doesNotContainKey("SSH_AUTH_SOCK");
            assertThat(runtime.listening()).isEmpty();
            assertThat(at.audit().await(ForwardRefused.class).forward().kind()).isEqualTo("auth-agent-req");
        }
    }

    @Test
    void aSessionAlwaysKnowsWhereAnAgentWouldBe() throws Exception {
        runtime.programs(_ -> Optional.of(FakeProcess.printing("", "", 0)));
        gateway("").shell("demo", "xterm", Map.of(), "");
        assertThat(environment()).containsEntry("SSH_AUTH_SOCK", SOCKET);
        assertThat(runtime.listening()).isEmpty();
    }
}
