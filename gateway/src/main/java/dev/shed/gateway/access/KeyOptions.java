package dev.shed.gateway.access;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/// The options of a key's line.
///
/// @param from where the key is good for; empty means anywhere
/// @param expiry when the key stops to be good
record KeyOptions(Grant grant, Optional<AddressPatterns> from, Optional<Instant> expiry) {
    static final KeyOptions NONE = new KeyOptions(Grant.ALL, Optional.empty(), Optional.empty());

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
