package dev.shed.gateway.access;

import dev.shed.gateway.access.key.RefusedLineException;
import java.time.ZoneId;
import java.util.Optional;

/// A line of the file of principals: `[OPTIONS] PRINCIPAL` (sshd_config(5), AuthorizedPrincipalsFile).
///
/// @param line its number, from 1
record PrincipalLine(int line, String principal, KeyOptions options) {
    /// Parses a line without its line break; empty if it is blank or a comment. The principal is the last
    /// word.
    ///
    /// @param zone the time zone of expiry times without one
    static Optional<PrincipalLine> parse(int number, String line, ZoneId zone) throws RefusedLineException {
        var text = withoutComment(line).strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int blank = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
        var principal = text.substring(blank + 1);
        if (blank < 0) {
            return Optional.of(new PrincipalLine(number, principal, KeyOptions.NONE));
        }
        var options = KeyOptionsParser.parse(text.substring(0, blank).strip(), zone);
        if (options.authority().isPresent()) {
            throw new RefusedLineException("cert-authority is for lines of authorized_keys");
        }
        return Optional.of(new PrincipalLine(number, principal, options));
    }

    /// The decision of this line about a certificate that has its principal.
    AuthDecision decide(CertificateLogin login) {
        return options.decide("line " + line + " of the principals", login, options::grant);
    }

    /// The line up to the first `#` outside quotes.
    private static String withoutComment(String line) {
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (line.startsWith("\\\"", i)) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '#' && !quoted) {
                return line.substring(0, i);
            }
        }
        return line;
    }
}
