package dev.shed.gateway.ssh;

import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Login by key (RFC 4252, section 7), which says so when the client wants to sign in a way that is not accepted.
final class KeyLogin extends UserAuthPublicKey {
    private static final Logger LOG = LoggerFactory.getLogger(KeyLogin.class);

    private KeyLogin(List<NamedFactory<Signature>> signatures) {
        super(signatures);
    }

    static final class Factory extends UserAuthPublicKeyFactory {
        @Override
        public UserAuthPublicKey createUserAuth(ServerSession session) {
            return new KeyLogin(session.getSignatureFactories());
        }
    }

    @Override
    public Boolean doAuth(Buffer buffer, boolean first) throws Exception {
        int start = buffer.rpos();
        buffer.getBoolean();
        var algorithm = buffer.getString();
        buffer.rpos(start);
        if (NamedFactory.create(getSignatureFactories(), algorithm) == null) {
            refuse(algorithm);
            return Boolean.FALSE;
        }
        return super.doAuth(buffer, first);
    }

    private void refuse(String algorithm) {
        var session = getServerSession();
        var reason = "signatures of the algorithm '" + algorithm + "' are not accepted"
                + (algorithm.equals("ssh-rsa") ? " (SHA-1; rsa-sha2-256 and rsa-sha2-512 are)" : "");
        LOG.atInfo()
                .addKeyValue("peer", session.getRemoteAddress())
                .addKeyValue("client", session.getClientVersion())
                .addKeyValue("login", getUsername())
                .addKeyValue("algorithm", algorithm)
                .log("login refused: signature algorithm not accepted");
        Connection.of(session).refused(getUsername(), reason);
    }
}
