package dev.shed.gateway.notify;

import dev.shed.gateway.name.ShedName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// When whoever is to be told of a session typed last into it, or answered its agent, as far as the login or the verb
/// named the session: the owner of the shed. What others type holds nothing back. Of a shed without an owner everybody
/// is to be told.
public final class RecentInput {
    /// Beyond this many sessions, those in which nobody has typed recently are forgotten.
    private static final int MANY = 1000;

    private final Clock clock;
    private final Duration recently;
    private final Function<ShedName, Optional<String>> owners;
    private final Map<Session, Instant> typed = new ConcurrentHashMap<>();

    private record Session(ShedName shed, String name) {}

    /// @param recently how long an input matters
    /// @param owners returns the keys that own a shed as far as that is known, joined by commas; must not block
    public RecentInput(Clock clock, Duration recently, Function<ShedName, Optional<String>> owners) {
        this.clock = clock;
        this.recently = recently;
        this.owners = owners;
    }

    /// Somebody has typed just now.
    ///
    /// @param key the fingerprint of the key that has logged in
    public void typed(ShedName shed, String session, String key) {
        if (recently.isZero() || !isToBeTold(shed, key)) {
            return;
        }
        var now = clock.instant();
        if (typed.size() >= MANY) {
            typed.values().removeIf(before -> !before.plus(recently).isAfter(now));
        }
        typed.put(new Session(shed, session), now);
    }

    private boolean isToBeTold(ShedName shed, String key) {
        return owners.apply(shed)
                .map(keys -> List.of(keys.split(",", -1)).contains(key))
                .orElse(true);
    }

    /// From when on the last input in that session does not matter.
    Instant quietFrom(ShedName shed, String session) {
        var last = typed.get(new Session(shed, session));
        return last == null ? Instant.MIN : last.plus(recently);
    }
}
