package dev.shed.gateway.keys;

import dev.shed.gateway.access.AuthDecision;
import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.MalformedException;
import dev.shed.gateway.name.ShedName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Prints a certificate, and decides whether its holder may log in.
///
/// @param policy decides about logins
/// @param signed whether a certificate's signature is valid
public record CertificateReport(LoginPolicy policy, Predicate<Certificate> signed) {
    /// Whether the holder may log in.
    ///
    /// @param shed the shed in the login name; empty for the lobby
    AuthDecision decide(Certificate certificate, Optional<InetAddress> from, Optional<ShedName> shed)
            throws MalformedException {
        if (!signed.test(certificate)) {
            return new AuthDecision.Refused("the certificate's signature is not its authority's");
        }
        return policy.decide(certificate, shed.map(ShedName::value).orElse(ShedName.LOBBY), from);
    }

    /// The contents of the certificate, one item a line.
    static List<String> lines(Certificate certificate) {
        var lines = new ArrayList<String>();
        lines.add("certificate " + certificate.keyId() + " (serial " + certificate.serial() + ") for "
                + certificate.key().fingerprint());
        lines.add(line("signed by", certificate.authority().fingerprint()));
        lines.add(line("principals", orNone(certificate.principals())));
        lines.add(line("until", certificate.end().map(Object::toString).orElse("for ever")));
        lines.add(line("restricts", orNone(certificate.restrictions())));
        lines.add(line("permits", orNone(certificate.permissions())));
        return lines;
    }

    private static String orNone(List<String> words) {
        return words.isEmpty() ? "nothing" : String.join(",", words);
    }

    private static String line(String about, String text) {
        return "      %-16s %s".formatted(about, text);
    }
}
