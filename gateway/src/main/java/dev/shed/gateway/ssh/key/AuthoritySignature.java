package dev.shed.gateway.ssh.key;

import dev.shed.gateway.access.key.Certificate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Verifies the signatures of certificates outside of a login.
public final class AuthoritySignature {
    private static final Logger LOG = LoggerFactory.getLogger(AuthoritySignature.class);

    private AuthoritySignature() {}

    /// Whether the authority that a certificate names has signed it.
    public static boolean holds(Certificate certificate) {
        var signed = certificate.signed();
        try {
            return new Signatures(null, Algorithms.signatures())
                    .verify(certificate.authority(), signed.message(), signed.signature());
        } catch (Exception e) {
            // MINA's ways to say that a key or a signature is none are many.
            LOG.atDebug().setCause(e).log("certificate not verified");
            return false;
        }
    }
}
