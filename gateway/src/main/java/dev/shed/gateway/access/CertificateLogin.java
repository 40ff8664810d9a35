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

/// A login with a certificate.
///
/// @param options the options in the certificate
/// @param userName the SSH user name
/// @param from the peer's address; if empty, checks that depend on it are skipped
record CertificateLogin(
        Certificate certificate, CertificateOptions options, String userName, Optional<InetAddress> from, Instant now) {
    private static final int SHOWN = 200;

    /// The reason why the certificate is not valid for this login, whoever signed it; empty if it is valid.
    Optional<String> objection() {
        if (certificate.kind() != Certificate.USER) {
            return Optional.of("the certificate is not a user certificate");
        }
        if (certificate.principals().isEmpty()) {
            return Optional.of("the certificate has no principals; sign it with: ssh-keygen -n NAME");
        }
        return certificate.validity().objection(now).or(() -> from.flatMap(options::objection));
    }

    /// The refusal if the authority is not known.
    AuthDecision.Refused untrusted() {
        return new AuthDecision.Refused(
                "the certificate authority " + certificate.authority().fingerprint() + " is not trusted");
    }

    /// Accepts the login with the permissions that both the line and the certificate have.
    ///
    /// @param ofLine the line's options
    /// @param line a description of the line
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

    /// Whether the certificate has one of these principals.
    boolean hasOneOf(List<String> names) {
        return certificate.principals().stream().anyMatch(names::contains);
    }

    /// Restricts `grant` if the line does not name principals. As in sshd, the certificate must then have the
    /// login's destination as a principal, and gives access only to that. The principal `shed` means the
    /// gateway with all its sheds.
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

    /// The shed in the user name, or `shed` for the lobby.
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
