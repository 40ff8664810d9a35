package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.VerbWords;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.shed.lifecycle.Sheds;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;

/// Forwarding of ports, unix sockets and agents: its entry points for the server.
public final class Forwarding {
    private final Forwards forwards;
    private final RemoteForwards remote;
    private final AgentForwarding agentForwarding;

    /// What forwarding needs.
    public record Parts(
            ContainerEngine engine, ContainerRuntime runtime, Sheds sheds, AccessPolicy policy, AuditLog audit) {}

    /// A client's agent, which it lets its sheds use.
    @FunctionalInterface
    public interface Agent {
        /// Lets processes in a container use it from now on; blocks until they can.
        ///
        /// @return the socket that they find it at, for SSH_AUTH_SOCK; empty when it cannot be had there
        Optional<String> bringTo(Container container);
    }

    /// @param perConnection how many forwards a connection may have, listeners included
    /// @param perShed how many all connections to a shed may have
    /// @param rules where clients' listeners may be
    public Forwarding(Parts parts, int perConnection, int perShed, ListenRules rules) {
        var forwardPolicy = new ForwardPolicy(parts.sheds(), parts.engine(), parts.policy());
        var quota = new Quota(new Quota.Limits(perConnection, perShed));
        this.forwards = new Forwards(parts.runtime(), forwardPolicy, quota, parts.audit());
        var back = new ForwardedChannels(forwards);
        this.remote = new RemoteForwards(forwards, back, rules);
        this.agentForwarding = new AgentForwarding(parts.runtime(), forwards, back);
    }

    /// The channels that clients open to sockets.
    public List<ChannelFactory> channels() {
        return Stream.of(DirectChannel.Kind.values())
                .<ChannelFactory>map(kind -> new DirectFactory(kind, forwards))
                .toList();
    }

    /// Answers every global request.
    ///
    /// @param others those that have nothing to do with forwarding
    public RequestHandler<ConnectionService> globalRequests(List<RequestHandler<ConnectionService>> others) {
        return new GlobalRequests(forwards, remote, others);
    }

    /// Is done when the global requests that a connection has made so far are answered. What a client asks for after a
    /// forward begins after it, as with sshd: `ssh -R 80:… SHED COMMAND`.
    public CompletableFuture<Void> requestsAnswered(Session session) {
        return forwards.of(session).requests().answered();
    }

    /// Whether a channel carries a forward rather than a person's session.
    public static boolean isForward(Channel channel) {
        return channel instanceof DirectChannel || channel instanceof ForwardedChannel;
    }

    /// The client offers its agent to what it starts on this connection from now on.
    ///
    /// @return whether its key may do so
    public boolean offerAgent(Session session) {
        var client = forwards.of(session);
        var grant = client.client().identity().grant();
        if (!grant.agentForwarding() || !grant.permitsVerb(VerbWords.AGENT)) {
            forwards.journal(client, AgentForwarding.REQUEST, "").refused("this key may not forward an agent");
            return false;
        }
        client.bringAgent();
        return true;
    }

    /// The agent that was offered on a connection.
    public Optional<Agent> agent(Session session) {
        var client = forwards.of(session);
        return client.bringsAgent()
                ? Optional.of(container -> agentForwarding.bring(client, container))
                : Optional.empty();
    }

    /// Where every shed has its agent's socket as long as somebody brings one.
    public static String agentSocket() {
        return AgentForwarding.SOCKET;
    }

    private record DirectFactory(DirectChannel.Kind kind, Forwards forwards) implements ChannelFactory {
        @Override
        public String getName() {
            return kind.type();
        }

        @Override
        public Channel createChannel(Session session) {
            return new DirectChannel(kind, forwards);
        }
    }
}
