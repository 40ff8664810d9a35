package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.ssh.socket.ClientSocket;
import dev.shed.gateway.startup.Misconduct;
import dev.shed.gateway.startup.PendingLogin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection that has not logged in: its source, and the penalty that it has earned.
final class Stranger implements PendingLogin {
    private static final Logger LOG = LoggerFactory.getLogger(Stranger.class);

    private final ClientSocket socket;
    private volatile InetSocketAddress peer;
    private volatile boolean awaitsHeader;
    private volatile @Nullable Session session;
    private volatile @Nullable Misconduct misconduct;
    private volatile boolean excused;

    /// @param awaitsHeader whether the connection comes from a proxy, whose header names the client
    Stranger(ClientSocket socket, boolean awaitsHeader) {
        this.socket = socket;
        this.peer = (InetSocketAddress) socket.getRemoteAddress();
        this.awaitsHeader = awaitsHeader;
    }

    boolean awaitsHeader() {
        return awaitsHeader;
    }

    void isFrom(InetSocketAddress real) {
        peer = real;
        awaitsHeader = false;
    }

    InetSocketAddress peer() {
        return peer;
    }

    void begins(Session begun) {
        session = begun;
    }

    @Override
    public InetAddress source() {
        return peer.getAddress();
    }

    @Override
    public Duration silence() {
        return socket.silence();
    }

    @Override
    public Duration age() {
        return socket.age();
    }

    @Override
    public boolean hasSpoken() {
        return socket.received() > 0;
    }

    @Override
    public boolean awaitsSignature() {
        var known = session;
        var connection = known == null ? null : Connection.find(known);
        return connection != null && connection.accepted().isPresent();
    }

    @Override
    public void end(String reason) {
        // A client whose key was accepted and that has yet to sign has done nothing wrong.
        if (awaitsSignature()) {
            excuse();
        } else {
            misconduct = Misconduct.GRACE_EXCEEDED;
        }
        Thread.ofVirtual().name("ssh-gives-way").start(() -> disconnect(reason));
    }

    private void disconnect(String reason) {
        var known = session;
        var connection = known == null ? null : Connection.find(known);
        try {
            if (known == null || connection == null) {
                socket.close(true);
            } else if (!connection.isAuthenticated()) {
                connection.refuse(reason);
                known.disconnect(SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS, reason);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the peer was not told");
            socket.close(true);
        }
    }

    /// Records the misconduct to penalise if the connection ends without a login. Only the first call counts.
    void note(Misconduct what) {
        if (misconduct == null) {
            misconduct = what;
        }
    }

    /// Exempts the connection from penalties, because its key is acceptable.
    void excuse() {
        excused = true;
    }

    /// The misconduct to penalise; empty while the proxy has not named the client.
    Optional<Misconduct> misconduct() {
        return excused || awaitsHeader ? Optional.empty() : Optional.ofNullable(misconduct);
    }
}
