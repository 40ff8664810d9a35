package dev.shed.gateway.access;

import dev.shed.gateway.access.key.RefusedLineException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The options of a key's line.
///
/// @param from the addresses that the key may be used from; empty means any
/// @param expiry the time from which on it is not accepted
/// @param token the requirements on a signature by a token
/// @param authority present if certificates signed by the key are accepted instead of the key itself
record KeyOptions(
        Grant grant,
        Optional<AddressPatterns> from,
        Optional<Instant> expiry,
        TokenRules token,
        Optional<Authority> authority) {
    static final KeyOptions NONE =
            new KeyOptions(Grant.ALL, Optional.empty(), Optional.empty(), TokenRules.USUAL, Optional.empty());

    /// The key of a certificate authority.
    ///
    /// @param principals the principals of which a certificate must have one
    record Authority(Optional<List<String>> principals) {}

    /// Computes the permissions that a line gives to a certificate.
    interface Granted {
        Grant grant() throws RefusedLineException;
    }

    /// The decision of a line with these options about a certificate.
    ///
    /// @param line a description of the line
    AuthDecision decide(String line, CertificateLogin login, Granted granted) {
        try {
            var objection = objection(login.from(), login.now());
            return objection.isPresent()
                    ? new AuthDecision.Refused(line + ": " + objection.get())
                    : login.with(granted.grant(), this, line);
        } catch (RefusedLineException e) {
            return new AuthDecision.Refused(line + ": " + e.reason());
        }
    }

    Identity.Validity validity() {
        return new Identity.Validity(from.map(AddressPatterns::toString), expiry);
    }

    /// The reason why the key may not be used from this address at this time; empty if it may.
    Optional<String> objection(InetAddress address, Instant now) {
        return objection(Optional.of(address), now);
    }

    /// The same; without an address, `from` is not checked.
    Optional<String> objection(Optional<InetAddress> address, Instant now) {
        if (expiry.filter(end -> !now.isBefore(end)).isPresent()) {
            return Optional.of("the key expired at " + expiry.get());
        }
        if (address.isPresent()
                && from.filter(patterns -> !patterns.match(address.get())).isPresent()) {
            return Optional.of("the key is not good from this address");
        }
        return Optional.empty();
    }
}
