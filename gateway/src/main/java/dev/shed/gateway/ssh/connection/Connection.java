package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.access.AuthDecision;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.audit.AuditEvent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.session.Session;
import org.jspecify.annotations.Nullable;

/// The gateway's state of one SSH connection, kept as an attribute of MINA's session.
public final class Connection {
    /// Bytes of forwards that may be queued.
    private static final int FORWARDS = 512 * 1024;

    private static final AttributeKey<Connection> KEY = new AttributeKey<>();

    /// Notified at once when the peer has disconnected.
    public interface PeerGoneListener {
        void peerGone();

        /// Whether a gateway that stops should let this end by itself.
        default boolean isUnderWay() {
            return false;
        }
    }

    private final String id;
    private final InetSocketAddress peer;
    private final Instant opened;

    /// When the last stage of the login began, by [System#nanoTime].
    private volatile long stageBegan = System.nanoTime();

    private final QueuedOutputLimit queuedOutput;
    private final QueuedOutputLimit queuedForwards = new QueuedOutputLimit(FORWARDS, true);
    private final AtomicInteger channels = new AtomicInteger();
    private final AtomicInteger openChannels = new AtomicInteger();

    /// Whether the connection ends with its requests under way, because the gateway stops.
    private volatile boolean ending;

    /// The tasks that run on the connection's channels.
    private final Set<PeerGoneListener> listeners = ConcurrentHashMap.newKeySet();

    /// The decision about the last key that was checked. MINA also checks keys that are only offered, so it
    /// means nothing until authentication has succeeded.
    private volatile @Nullable AuthDecision lastDecision;

    /// The last key that was checked, in SSH wire format; empty before the first.
    private volatile byte[] lastKey = {};

    private volatile String lastLogin = "";

    private volatile @Nullable Identity identity;

    /// @param queuedOutput how many bytes of output may be queued on this connection
    Connection(String id, InetSocketAddress peer, Instant opened, int queuedOutput) {
        this.id = id;
        this.peer = peer;
        this.opened = opened;
        this.queuedOutput = new QueuedOutputLimit(queuedOutput, false);
    }

    public static Connection of(Session session) {
        var connection = session.getAttribute(KEY);
        if (connection == null) {
            throw new IllegalStateException("session without a connection");
        }
        return connection;
    }

    public static @Nullable Connection find(Session session) {
        return session.getAttribute(KEY);
    }

    void attachTo(Session session) {
        session.setAttribute(KEY, this);
    }

    String id() {
        return id;
    }

    InetSocketAddress peer() {
        return peer;
    }

    Instant opened() {
        return opened;
    }

    /// How long the present stage of the login took; the next one begins.
    Duration endStage() {
        long began = stageBegan;
        stageBegan = System.nanoTime();
        return Duration.ofNanos(stageBegan - began);
    }

    public QueuedOutputLimit queuedOutput() {
        return queuedOutput;
    }

    /// Limits the queued bytes of forwards, so that the output of interactive sessions does not wait behind
    /// them.
    public QueuedOutputLimit queuedForwards() {
        return queuedForwards;
    }

    public AuditEvent.Origin origin() {
        return new AuditEvent.Origin(id, peer.getAddress().getHostAddress() + ":" + peer.getPort());
    }

    /// @param key in SSH wire format
    void decided(String login, AuthDecision decision, byte[] key) {
        lastLogin = login;
        lastDecision = decision;
        lastKey = key;
    }

    /// Refuses a login before its key is checked.
    void refused(String login, String reason) {
        decided(login, new AuthDecision.Refused(reason), new byte[0]);
    }

    /// Refuses a login for a reason that is not about the key.
    void refuse(String reason) {
        decided(lastLogin, new AuthDecision.Refused(reason), lastKey);
    }

    /// Whether a key was checked and refused.
    boolean hasFailed() {
        return switch (lastDecision) {
            case AuthDecision.Refused _, AuthDecision.Unknown _ -> true;
            case AuthDecision.Accepted _ -> false;
            case null -> false;
        };
    }

    /// The identity of the last key that was checked, if that key was accepted.
    Optional<Identity> accepted() {
        return lastDecision instanceof AuthDecision.Accepted(Identity who, var _, var _)
                ? Optional.of(who)
                : Optional.empty();
    }

    /// Sets the identity. The key that was checked last is the one whose signature has just been verified.
    Identity authenticated() {
        if (lastDecision instanceof AuthDecision.Accepted accepted) {
            identity = accepted.identity();
            return accepted.identity();
        }
        throw new IllegalStateException("authenticated without an accepted key");
    }

    boolean isAuthenticated() {
        return identity != null;
    }

    /// The identity of the client. Only called after authentication.
    public Identity identity() {
        var known = identity;
        if (known == null) {
            throw new IllegalStateException("not authenticated");
        }
        return known;
    }

    /// The reason why the key of this login would be refused now, or accepted with other rights; empty if
    /// nothing has changed.
    Optional<String> objection(LoginPolicy policy) {
        return switch (policy.decide(lastKey, lastLogin, peer.getAddress())) {
            case AuthDecision.Accepted(Identity now, var _, var _) ->
                now.grant().equals(identity().grant())
                        ? Optional.empty()
                        : Optional.of("the key's options have changed");
            case AuthDecision.Refused(String why) -> Optional.of(why);
            // A file that decides about logins cannot be read, so nothing is known about this key now.
            case AuthDecision.Unknown _ -> Optional.empty();
        };
    }

    /// The audit event for a connection that ends without a login.
    AuditEvent.AuthRefused refusal() {
        var reason = switch (lastDecision) {
            case AuthDecision.Refused(String why) -> why;
            case AuthDecision.Unknown(String why) -> why;
            case AuthDecision.Accepted _ -> "no signature";
            case null -> "no key offered";
        };
        var fingerprint = lastKey.length == 0 ? "" : LoginPolicy.fingerprint(lastKey);
        return new AuditEvent.AuthRefused(origin(), lastLogin, fingerprint, reason);
    }

    public void add(PeerGoneListener listener) {
        listeners.add(listener);
    }

    public void remove(PeerGoneListener listener) {
        listeners.remove(listener);
    }

    /// Notifies the tasks that the peer has disconnected. MINA closes the channels only after it has reported
    /// the end of the connection.
    void peerGone() {
        listeners.forEach(PeerGoneListener::peerGone);
    }

    /// Refuses further session channels, because the gateway stops.
    public void end() {
        ending = true;
    }

    public boolean isEnding() {
        return ending;
    }

    /// Whether a gateway that stops should wait for something that runs here. Called by one thread.
    public boolean isUnderWay() {
        return listeners.stream().anyMatch(PeerGoneListener::isUnderWay);
    }

    public String nextChannelId() {
        return id + "/ch-" + channels.getAndIncrement();
    }

    /// Reserves one of the `limit` channels; returns false if all are in use.
    public boolean openChannel(int limit) {
        if (openChannels.incrementAndGet() <= limit) {
            return true;
        }
        openChannels.decrementAndGet();
        return false;
    }

    public void closeChannel() {
        openChannels.decrementAndGet();
    }
}
