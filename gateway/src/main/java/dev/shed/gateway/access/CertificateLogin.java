package dev.shed.gateway.access;

import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.RefusedLineException;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Somebody who logs in with a certificate.
///
/// @param options what the certificate says of itself
/// @param userName the SSH user name
/// @param from the peer's address; without it nothing is asked that depends on it
record CertificateLogin(
        Certificate certificate, CertificateOptions options, String userName, Optional<InetAddress> from, Instant now) {
    private static final int SHOWN = 200;

    /// Why nobody gets in with this certificate from there and then, whoever has signed it; empty if somebody may.
    Optional<String> objection() {
        if (certificate.kind() != Certificate.USER) {
            return Optional.of("the certificate is not a user certificate");
        }
        if (certificate.principals().isEmpty()) {
            return Optional.of("the certificate has no principals; sign it with: ssh-keygen -n NAME");
        }
        return certificate.validity().objection(now).or(() -> from.flatMap(options::objection));
    }

    /// What is said when nobody knows its authority.
    AuthDecision.Refused untrusted() {
        return new AuthDecision.Refused(
                "the certificate authority " + certificate.authority().fingerprint() + " is not trusted");
    }

    /// Lets it in with what both the line and the certificate allow.
    ///
    /// @param ofLine the line's options
    /// @param line where that line stands
    AuthDecision with(Grant grant, KeyOptions ofLine, String line) throws RefusedLineException {
        var identity = new Identity(
                keyId(),
                certificate.key().fingerprint(),
                options.narrow(grant),
                certificate.validity().end().map(ofLine.validity()::until).orElseGet(ofLine::validity),
                Optional.of(new Identity.Certification(
                        keyId(),
                        certificate.serial().toString(),
                        certificate.authority().fingerprint())));
        return new AuthDecision.Accepted(identity, line, ofLine.token().and(options.token()));
    }

    /// Whether one of the names is a principal of the certificate.
    boolean hasOneOf(List<String> names) {
        return certificate.principals().stream().anyMatch(names::contains);
    }

    /// What is left of `grant` when nobody has said which principals are meant: as with sshd the certificate has to
    /// name where it leads, and it leads nowhere else. The principal `shed` is the gateway, with all its sheds.
    Grant limitedToItsPrincipals(Grant grant) throws RefusedLineException {
        if (!certificate.principals().contains(destination())) {
            throw new RefusedLineException("the certificate does not name '" + destination() + "' as a principal");
        }
        if (certificate.principals().contains(ShedName.LOBBY)) {
            return grant;
        }
        var sheds = certificate.principals().stream()
                .filter(CertificateLogin::isShedName)
                .filter(grant::sees)
                .toList();
        if (sheds.isEmpty()) {
            throw new RefusedLineException("sheds= of the line leaves none of the certificate's principals");
        }
        return grant.withSheds(sheds);
    }

    /// The shed that the user name leads to, or `shed`.
    private String destination() throws RefusedLineException {
        try {
            return switch (LoginName.parse(userName)) {
                case LoginName.Lobby _ -> ShedName.LOBBY;
                case LoginName.ToShed to -> to.shed().value();
            };
        } catch (ShedException _) {
            throw new RefusedLineException("the login name is invalid, so no principal can match it");
        }
    }

    private static boolean isShedName(String principal) {
        try {
            return ShedName.parse(principal).value().equals(principal);
        } catch (ShedException _) {
            return false;
        }
    }

    private String keyId() {
        var id = certificate.keyId();
        return FailureText.printable(id.length() > SHOWN ? id.substring(0, SHOWN) + "…" : id);
    }
}
