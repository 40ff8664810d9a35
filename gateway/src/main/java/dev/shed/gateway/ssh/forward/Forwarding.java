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

    /// The dependencies of forwarding.
    public record Parts(
            ContainerEngine engine, ContainerRuntime runtime, Sheds sheds, AccessPolicy policy, AuditLog audit) {}

    /// The agent that a client forwards.
    @FunctionalInterface
    public interface Agent {
        /// Makes the agent available to processes in a container; blocks until it is.
        ///
        /// @return the socket's path, for SSH_AUTH_SOCK; empty if it cannot be made available there
        Optional<String> bringTo(Container container);
    }

    /// @param perConnection the maximum number of forwards of a connection, including listeners
    /// @param perShed the maximum for all connections to a shed
    /// @param rules the rules for clients' listeners
    public Forwarding(Parts parts, int perConnection, int perShed, ListenRules rules) {
        var forwardPolicy = new ForwardPolicy(parts.sheds(), parts.engine(), parts.policy());
        var quota = new Quota(new Quota.Limits(perConnection, perShed));
        this.forwards = new Forwards(parts.runtime(), forwardPolicy, quota, parts.audit());
        var back = new ForwardedChannels(forwards);
        this.remote = new RemoteForwards(forwards, back, rules);
        this.agentForwarding = new AgentForwarding(parts.runtime(), forwards, back);
    }

    /// The types of channels that clients open to sockets.
    public List<ChannelFactory> channels() {
        return Stream.of(DirectChannel.Kind.values())
                .<ChannelFactory>map(kind -> new DirectFactory(kind, forwards))
                .toList();
    }

    /// The handler of all global requests.
    ///
    /// @param others the handlers of requests that are not about forwarding
    public RequestHandler<ConnectionService> globalRequests(List<RequestHandler<ConnectionService>> others) {
        return new GlobalRequests(forwards, remote, others);
    }

    /// Completed when the global requests received so far are answered. A later request of the client waits
    /// for it, so that it starts after a forward, as in sshd: `ssh -R 80:… SHED COMMAND`.
    public CompletableFuture<Void> requestsAnswered(Session session) {
        return forwards.of(session).requests().answered();
    }

    /// Handles a client's offer of its agent for the channels that it opens later.
    ///
    /// @return whether its key permits that
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

    /// The agent that was offered on a connection, if any.
    public Optional<Agent> agent(Session session) {
        var client = forwards.of(session);
        return client.bringsAgent()
                ? Optional.of(container -> agentForwarding.bring(client, container))
                : Optional.empty();
    }

    /// The path of the agent's socket in every shed. The socket exists while a client forwards an agent.
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
