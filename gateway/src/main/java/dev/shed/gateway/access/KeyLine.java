package dev.shed.gateway.access;

import dev.shed.gateway.access.key.RefusedLineException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A line of authorized_keys that is neither blank nor a comment, for the tools that list and edit the file.
public sealed interface KeyLine {
    /// The line's number, from 1.
    int number();

    /// A line that the gateway uses.
    final class Usable implements KeyLine {
        private final AuthorizedKey key;

        private Usable(AuthorizedKey key) {
            this.key = key;
        }

        @Override
        public int number() {
            return key.line();
        }

        /// The identity of a client with its key.
        public Identity identity() {
            return key.identity();
        }

        /// Whether the line accepts certificates signed by the key, instead of the key itself.
        public boolean isAuthority() {
            return key.options().authority().isPresent();
        }

        /// The principals of which such a certificate must have one; empty if the line does not name any.
        public List<String> principals() {
            return key.options()
                    .authority()
                    .flatMap(KeyOptions.Authority::principals)
                    .orElse(List.of());
        }

        /// The requirements on a signature by a token.
        public TokenRules token() {
            return key.options().token();
        }

        /// The reason why the key would not be accepted from this address at this time; empty if it would.
        /// Without an address, `from=` is not checked.
        public Optional<String> objection(Optional<InetAddress> from, Instant now) {
            return isAuthority()
                    ? Optional.of("the key is accepted as an authority of certificates only")
                    : key.options().objection(from, now);
        }
    }

    /// A line that the gateway skips.
    record Refused(int number, String reason) implements KeyLine {}

    /// Parses all lines of a file, in order.
    ///
    /// @param zone the time zone of expiry times without one
    /// @param minRsaBits the smallest size of RSA keys
    static List<KeyLine> all(String text, ZoneId zone, int minRsaBits) {
        var found = new ArrayList<KeyLine>();
        var lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            of(i + 1, lines[i], zone, minRsaBits).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    private static Optional<KeyLine> of(int number, String line, ZoneId zone, int minRsaBits) {
        try {
            return AuthorizedKey.parse(number, line, zone, minRsaBits).map(Usable::new);
        } catch (RefusedLineException e) {
            return Optional.of(new Refused(number, e.reason()));
        }
    }
}
