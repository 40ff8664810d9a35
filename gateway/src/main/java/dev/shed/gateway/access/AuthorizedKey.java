package dev.shed.gateway.access;

import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.PublicKeyBlob;
import dev.shed.gateway.access.key.RefusedLineException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/// A line of authorized_keys: `[OPTIONS] TYPE BASE64 [COMMENT]` (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
///
/// @param line its number, from 1
record AuthorizedKey(int line, PublicKeyBlob key, String comment, KeyOptions options) {
    /// Parses a line without its line break; empty if it is blank or a comment.
    ///
    /// @param zone the time zone of expiry times without one
    static Optional<AuthorizedKey> parse(int number, String line, ZoneId zone) throws RefusedLineException {
        var text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return Optional.empty();
        }
        // As in sshd, a line that begins with a type has no options.
        if (PublicKeyBlob.TYPES.contains(word(text))) {
            return Optional.of(keyed(number, text, KeyOptions.NONE));
        }
        int end = endOfOptions(text);
        var rest = text.substring(end).strip();
        if (!PublicKeyBlob.TYPES.contains(word(rest))) {
            throw new RefusedLineException("there is no key of a type that is accepted");
        }
        return Optional.of(keyed(number, rest, KeyOptionsParser.parse(text.substring(0, end), zone)));
    }

    /// The same, but refuses keys that are too weak.
    ///
    /// @param minRsaBits the smallest size of RSA keys
    static Optional<AuthorizedKey> parse(int number, String line, ZoneId zone, int minRsaBits)
            throws RefusedLineException {
        var parsed = parse(number, line, zone);
        var weakness = parsed.flatMap(found -> found.key.weakness(minRsaBits));
        if (weakness.isPresent()) {
            throw new RefusedLineException(weakness.get());
        }
        return parsed;
    }

    /// The decision of this line about a client that has its key.
    AuthDecision decide(InetAddress from, Instant now) {
        return options.objection(from, now)
                .<AuthDecision>map(reason -> new AuthDecision.Refused("line " + line + ": " + reason))
                .orElseGet(() -> new AuthDecision.Accepted(identity(), "line " + line, options.token()));
    }

    /// The identity of a client that has its key.
    Identity identity() {
        return new Identity(comment, key.fingerprint(), options.grant(), options.validity());
    }

    /// Whether the line accepts this key itself.
    boolean isFor(PublicKeyBlob other) {
        return options.authority().isEmpty() && key.is(other);
    }

    /// Whether the line accepts certificates of this certificate's authority.
    boolean isFor(Certificate certificate) {
        return options.authority().isPresent() && key.is(certificate.authority());
    }

    /// The decision of this line about a certificate of its authority.
    AuthDecision decide(CertificateLogin login) {
        return options.decide("line " + line, login, () -> granted(login));
    }

    private Grant granted(CertificateLogin login) throws RefusedLineException {
        var principals = options.authority().flatMap(KeyOptions.Authority::principals);
        if (principals.isEmpty()) {
            return login.limitedToItsPrincipals(options.grant());
        }
        if (!login.hasOneOf(principals.get())) {
            throw new RefusedLineException("the certificate has none of the principals of the line");
        }
        return options.grant();
    }

    private static AuthorizedKey keyed(int number, String text, KeyOptions options) throws RefusedLineException {
        var fields = text.split("[ \t]+", 3);
        if (fields.length < 2) {
            throw new RefusedLineException("there is no key after its type");
        }
        var comment = fields.length == 3 ? fields[2].strip() : "";
        return new AuthorizedKey(number, PublicKeyBlob.parse(fields[0], fields[1]), comment, options);
    }

    private static String word(String text) {
        return text.split("[ \t]", 2)[0];
    }

    /// The end of the option field: the first blank outside quotes.
    private static int endOfOptions(String text) throws RefusedLineException {
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!quoted && (c == ' ' || c == '\t')) {
                return i;
            }
            if (text.startsWith("\\\"", i)) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            }
        }
        if (quoted) {
            throw new RefusedLineException("a quote is not closed");
        }
        return text.length();
    }
}
