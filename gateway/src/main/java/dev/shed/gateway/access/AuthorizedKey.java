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
    /// Reads a line without its end; empty when it is blank or a comment.
    ///
    /// @param zone the time zone of expiry times that do not say theirs
    static Optional<AuthorizedKey> parse(int number, String line, ZoneId zone) throws RefusedLineException {
        var text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return Optional.empty();
        }
        // As sshd: only what does not begin with a key is taken for options.
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

    /// The same, but a weak key lets nobody in.
    ///
    /// @param minRsaBits the least size of RSA keys
    static Optional<AuthorizedKey> parse(int number, String line, ZoneId zone, int minRsaBits)
            throws RefusedLineException {
        var parsed = parse(number, line, zone);
        var weakness = parsed.flatMap(found -> found.key.weakness(minRsaBits));
        if (weakness.isPresent()) {
            throw new RefusedLineException(weakness.get());
        }
        return parsed;
    }

    /// What the line says to somebody who holds its key.
    AuthDecision decide(InetAddress from, Instant now) {
        return options.objection(from, now)
                .<AuthDecision>map(reason -> new AuthDecision.Refused("line " + line + ": " + reason))
                .orElseGet(() -> new AuthDecision.Accepted(identity(), "line " + line, options.token()));
    }

    /// Who holds its key.
    Identity identity() {
        return new Identity(comment, key.fingerprint(), options.grant(), options.validity());
    }

    /// Whether the line speaks of that key.
    boolean isFor(PublicKeyBlob other) {
        return options.authority().isEmpty() && key.is(other);
    }

    /// Whether the line speaks of who has signed that certificate.
    boolean isFor(Certificate certificate) {
        return options.authority().isPresent() && key.is(certificate.authority());
    }

    /// What the line says to somebody whose certificate its authority has signed.
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

    /// Where the option field ends: at the first blank outside of quotes.
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
