package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.access.AuthDecision;
import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.access.TokenRules;
import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.MalformedException;
import dev.shed.gateway.access.key.PublicKeyBlob;
import dev.shed.gateway.ssh.key.Algorithms;
import dev.shed.gateway.ssh.key.Signatures;
import java.io.IOException;
import java.security.SignatureException;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Login by key (RFC 4252, section 7), which reports signature algorithms that are not accepted. Certificates
/// and token keys are not handled by MINA: it would verify the authority's signature before it is known
/// whether the authority is trusted, and it does not support the key options for tokens.
public final class KeyLogin extends UserAuthPublicKey {
    private static final Logger LOG = LoggerFactory.getLogger(KeyLogin.class);

    /// Characters. The name stays in memory as long as the connection. No valid name is nearly as long.
    private static final int LONGEST_NAME = 1000;

    private final LoginPolicy policy;

    private KeyLogin(LoginPolicy policy, List<NamedFactory<Signature>> signatures) {
        super(signatures);
        this.policy = policy;
    }

    public static final class Factory extends UserAuthPublicKeyFactory {
        private final LoginPolicy policy;

        public Factory(LoginPolicy policy) {
            this.policy = policy;
        }

        @Override
        public UserAuthPublicKey createUserAuth(ServerSession session) {
            return new KeyLogin(policy, Algorithms.signatures());
        }
    }

    /// The public key that the client offers, with its signature if there is one.
    private static final class Offer {
        private final String algorithm;
        private final byte[] blob;

        /// Null if the client only asks whether the key is acceptable.
        private final byte @Nullable [] signature;

        Offer(String algorithm, byte[] blob, byte @Nullable [] signature) {
            this.algorithm = algorithm;
            this.blob = blob;
            this.signature = signature;
        }

        boolean isCertificate() {
            return Certificate.isCertificate(algorithm);
        }

        /// The signature algorithm; for a certificate, that of its key.
        String plain() {
            return isCertificate() ? Certificate.plain(algorithm) : algorithm;
        }

        /// The key that signs; for a certificate, the certified key.
        PublicKeyBlob key() throws MalformedException {
            return isCertificate() ? Certificate.parse(blob).key() : PublicKeyBlob.of(blob);
        }

        static Offer read(Buffer buffer) throws SignatureException {
            boolean isSigned = buffer.getBoolean();
            var algorithm = buffer.getString();
            var blob = buffer.getBytes();
            var offer = new Offer(algorithm, blob, isSigned ? buffer.getBytes() : null);
            if (buffer.available() > 0) {
                throw new SignatureException("there is data after the signature");
            }
            return offer;
        }
    }

    @Override
    public @Nullable Boolean doAuth(Buffer buffer, boolean first) throws Exception {
        int start = buffer.rpos();
        buffer.getBoolean();
        var algorithm = buffer.getString();
        boolean isCutOff = isCutOff(buffer);
        buffer.rpos(start);
        if (isCutOff) {
            connection().refused(getUsername(), "the key is cut off");
            return Boolean.FALSE;
        }
        if (getUsername().length() > LONGEST_NAME) {
            connection()
                    .refused(
                            getUsername().substring(0, LONGEST_NAME),
                            "the login name is longer than " + LONGEST_NAME + " characters");
            return Boolean.FALSE;
        }
        boolean isCertificate = Certificate.isCertificate(algorithm);
        var signatures = new Signatures(getServerSession(), getSignatureFactories());
        if (!signatures.accept(isCertificate ? Certificate.plain(algorithm) : algorithm)) {
            refuse(algorithm);
            return Boolean.FALSE;
        }
        boolean isOurs = isCertificate || PublicKeyBlob.isOfToken(algorithm);
        return isOurs ? ours(Offer.read(buffer), signatures) : super.doAuth(buffer, first);
    }

    /// Whether a string is incomplete. MINA would report that as an internal error.
    private static boolean isCutOff(Buffer buffer) {
        return buffer.available() < Integer.BYTES || buffer.rawUInt(buffer.rpos()) > buffer.available() - Integer.BYTES;
    }

    private @Nullable Boolean ours(Offer offer, Signatures signatures) throws Exception {
        var decision = decide(offer, signatures);
        connection().decided(getUsername(), decision, offer.blob);
        if (!(decision instanceof AuthDecision.Accepted accepted)) {
            return Boolean.FALSE;
        }
        if (offer.signature == null) {
            confirm(offer);
            return null;
        }
        var objection = objection(offer, offer.signature, signatures, accepted.token());
        objection.ifPresent(
                reason -> connection().decided(getUsername(), new AuthDecision.Refused(reason), offer.blob));
        return objection.isEmpty();
    }

    /// Checks the policy before it verifies the authority's signature, so that strangers cannot make the
    /// gateway verify signatures.
    private AuthDecision decide(Offer offer, Signatures signatures) {
        var decision =
                policy.decide(offer.blob, getUsername(), connection().peer().getAddress());
        if (!(decision instanceof AuthDecision.Accepted)) {
            return decision;
        }
        try {
            if (!Signatures.fits(offer.plain(), offer.key())) {
                return new AuthDecision.Refused("the key is not of the type that the client says");
            }
            if (!offer.isCertificate()) {
                return decision;
            }
            var certificate = Certificate.parse(offer.blob);
            var signed = certificate.signed();
            return signatures.verify(certificate.authority(), signed.message(), signed.signature())
                    ? decision
                    : new AuthDecision.Refused("the certificate's signature is not its authority's");
        } catch (MalformedException e) {
            return new AuthDecision.Refused(e.reason());
        } catch (Exception e) {
            // MINA throws many types of exceptions for an invalid key or signature.
            LOG.atDebug().setCause(e).log("certificate not verified");
            return new AuthDecision.Refused("the signature of the certificate's authority cannot be verified");
        }
    }

    /// The reason why the client's signature is not accepted; empty if it is.
    private Optional<String> objection(Offer offer, byte[] signature, Signatures signatures, TokenRules rules)
            throws Exception {
        var key = offer.key();
        if (!signatures.verify(offer.plain(), key, signedData(offer), signature, rules.touch())) {
            return Optional.of("the signature is not the key's");
        }
        return rules.verify() && key.isOfToken() && !Signatures.isVerified(signature)
                ? Optional.of("the token has not verified its user by PIN or fingerprint (verify-required)")
                : Optional.empty();
    }

    private void confirm(Offer offer) throws IOException {
        var answer = getServerSession().createBuffer(SshConstants.SSH_MSG_USERAUTH_PK_OK);
        answer.putString(offer.algorithm);
        answer.putBytes(offer.blob);
        getServerSession().writePacket(answer);
    }

    /// The data that the client must have signed (RFC 4252, section 7).
    private byte[] signedData(Offer offer) {
        var data = new ByteArrayBuffer();
        data.putBytes(getServerSession().getSessionId());
        data.putByte(SshConstants.SSH_MSG_USERAUTH_REQUEST);
        data.putString(getUsername());
        data.putString(getService());
        data.putString(getName());
        data.putBoolean(true);
        data.putString(offer.algorithm);
        data.putBytes(offer.blob);
        return data.getCompactData();
    }

    private Connection connection() {
        return Connection.of(getServerSession());
    }

    private void refuse(String algorithm) {
        var session = getServerSession();
        var reason = "signatures of the algorithm '" + algorithm + "' are not accepted"
                + (algorithm.startsWith("ssh-rsa") ? " (SHA-1; rsa-sha2-256 and rsa-sha2-512 are)" : "");
        LOG.atInfo()
                .addKeyValue("peer", session.getRemoteAddress())
                .addKeyValue("client", session.getClientVersion())
                .addKeyValue("login", getUsername())
                .addKeyValue("algorithm", algorithm)
                .log("login refused: signature algorithm not accepted");
        connection().refused(getUsername(), reason);
    }
}
