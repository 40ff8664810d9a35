package dev.shed.gateway.ssh.key;

import dev.shed.gateway.access.key.Certificate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Verifies the signatures of certificates outside a login.
public final class AuthoritySignature {
    private static final Logger LOG = LoggerFactory.getLogger(AuthoritySignature.class);

    private AuthoritySignature() {}

    /// Whether the certificate was signed by the authority that it names.
    public static boolean holds(Certificate certificate) {
        var signed = certificate.signed();
        try {
            return new Signatures(null, Algorithms.signatures())
                    .verify(certificate.authority(), signed.message(), signed.signature());
        } catch (Exception e) {
            // MINA throws many types of exceptions for an invalid key or signature.
            LOG.atDebug().setCause(e).log("certificate not verified");
            return false;
        }
    }
}
