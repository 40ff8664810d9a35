package dev.shed.gateway.access;

import dev.shed.gateway.access.key.RefusedLineException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A line of authorized_keys that is neither blank nor a comment, as tools for its owner see it.
public sealed interface KeyLine {
    /// The line's number, from 1.
    int number();

    /// One that the gateway uses.
    final class Usable implements KeyLine {
        private final AuthorizedKey key;

        private Usable(AuthorizedKey key) {
            this.key = key;
        }

        @Override
        public int number() {
            return key.line();
        }

        /// Who holds its key, and what that may do.
        public Identity identity() {
            return key.identity();
        }

        /// Whether certificates get in that the key has signed, and not the key.
        public boolean isAuthority() {
            return key.options().authority().isPresent();
        }

        /// Whom of them such a certificate must name; empty when the line does not say.
        public List<String> principals() {
            return key.options()
                    .authority()
                    .flatMap(KeyOptions.Authority::principals)
                    .orElse(List.of());
        }

        /// What is asked of a token that signs with the key.
        public TokenRules token() {
            return key.options().token();
        }

        /// Why the key would not let in from there and then; empty when it would. Without an address `from=` is not
        /// looked at.
        public Optional<String> objection(Optional<InetAddress> from, Instant now) {
            return isAuthority()
                    ? Optional.of("the key is accepted as an authority of certificates only")
                    : key.options().objection(from, now);
        }
    }

    /// One that the gateway skips.
    record Refused(int number, String reason) implements KeyLine {}

    /// All of them in their order.
    ///
    /// @param zone the time zone of expiry times that do not say theirs
    /// @param minRsaBits the least size of RSA keys
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
