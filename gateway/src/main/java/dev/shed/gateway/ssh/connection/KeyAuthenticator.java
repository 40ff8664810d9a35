package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.access.AuthDecision;
import dev.shed.gateway.access.LoginPolicy;
import java.security.PublicKey;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;

/// Decides which keys may log in. MINA calls this for keys that are only offered as well as for signed ones (RFC 4252,
/// section 7), so it has no side effects; [ConnectionTracker] acts once the signature is verified.
public final class KeyAuthenticator implements PublickeyAuthenticator {
    private final LoginPolicy policy;

    public KeyAuthenticator(LoginPolicy policy) {
        this.policy = policy;
    }

    @Override
    public boolean authenticate(String userName, PublicKey key, ServerSession session) {
        var connection = Connection.of(session);
        var blob = wireFormat(key);
        var decision = policy.decide(blob, userName, connection.peer().getAddress());
        connection.decided(userName, decision, blob);
        return switch (decision) {
            case AuthDecision.Accepted _ -> true;
            case AuthDecision.Refused _, AuthDecision.Unknown _ -> false;
        };
    }

    /// The key in the encoding of RFC 4253, section 6.6, which authorized_keys contains in base64.
    private static byte[] wireFormat(PublicKey key) {
        var buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(key);
        return buffer.getCompactData();
    }
}
