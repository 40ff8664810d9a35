package dev.shed.gateway.ssh;

import dev.shed.gateway.access.AuthDecision;
import dev.shed.gateway.access.AuthorizedKeys;
import java.security.PublicKey;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;

/// Asks the authorized keys. MINA calls this for keys that are merely offered as well as for signed ones
/// (RFC 4252, section 7), so all it does is decide; [ConnectionTracker] acts once the signature is
/// verified.
final class KeyAuthenticator implements PublickeyAuthenticator {
    /// The name stays in memory with the connection. No name that leads anywhere is nearly as long.
    private static final int LONGEST_NAME = 1000;

    private final AuthorizedKeys keys;

    KeyAuthenticator(AuthorizedKeys keys) {
        this.keys = keys;
    }

    @Override
    public boolean authenticate(String userName, PublicKey key, ServerSession session) {
        var connection = Connection.of(session);
        if (userName.length() > LONGEST_NAME) {
            connection.refused(
                    userName.substring(0, LONGEST_NAME),
                    "the login name is longer than " + LONGEST_NAME + " characters");
            return false;
        }
        var blob = wireFormat(key);
        var decision = keys.decide(blob, connection.peer().getAddress());
        connection.decided(userName, decision, blob);
        return switch (decision) {
            case AuthDecision.Accepted _ -> true;
            case AuthDecision.Refused _, AuthDecision.Unknown _ -> false;
        };
    }

    /// The key as RFC 4253 section 6.6 writes it, which is also what authorized_keys holds in base64.
    private static byte[] wireFormat(PublicKey key) {
        var buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(key);
        return buffer.getCompactData();
    }
}
