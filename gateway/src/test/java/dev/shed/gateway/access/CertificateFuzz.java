package dev.shed.gateway.access;

import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.MalformedException;

/// Fuzz target: a certificate that a client offers.
public final class CertificateFuzz {
    private CertificateFuzz() {}

    /// Reads one input; throws what no input may lead to.
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            var certificate = Certificate.parse(input);
            if (certificate.principals().size() > 256) {
                throw new AssertionError("more principals than OpenSSH takes");
            }
            CertificateOptions.of(certificate);
        } catch (MalformedException e) {
            if (e.reason().isEmpty()) {
                throw new AssertionError("no reason", e);
            }
        }
    }
}
