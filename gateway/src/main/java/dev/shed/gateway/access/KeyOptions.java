package dev.shed.gateway.access;

import dev.shed.gateway.access.key.RefusedLineException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The options of a key's line.
///
/// @param from where the key is good for; empty means anywhere
/// @param expiry when the key stops to be good
/// @param token what is asked of a token that signs
/// @param authority that not the key gets in, but certificates that it has signed
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
    /// @param principals whom of them a certificate must name
    record Authority(Optional<List<String>> principals) {}

    /// What a line gives to a certificate.
    interface Granted {
        Grant grant() throws RefusedLineException;
    }

    /// What the line with these options says to somebody with a certificate.
    ///
    /// @param line where it stands
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

    /// Why the key is not good from there and then; empty if it is.
    Optional<String> objection(InetAddress address, Instant now) {
        return objection(Optional.of(address), now);
    }

    /// The same; without an address `from` is not looked at.
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
