package dev.shed.gateway.notify;

import dev.shed.gateway.name.LoginName.ToShed;
import dev.shed.gateway.name.ShedName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// When somebody typed last into each session, as far as the login named the session.
public final class RecentInput {
    /// Beyond this many sessions, those in which nobody has typed recently are forgotten.
    private static final int MANY = 1000;

    private final Clock clock;
    private final Duration recently;
    private final Map<Session, Instant> typed = new ConcurrentHashMap<>();

    private record Session(ShedName shed, String name) {}

    /// @param recently how long an input matters
    public RecentInput(Clock clock, Duration recently) {
        this.clock = clock;
        this.recently = recently;
    }

    /// Somebody has typed just now.
    public void typed(ToShed address) {
        if (recently.isZero()) {
            return;
        }
        var now = clock.instant();
        if (typed.size() >= MANY) {
            typed.values().removeIf(before -> !before.plus(recently).isAfter(now));
        }
        typed.put(new Session(address.shed(), address.sessionOrDefault().value()), now);
    }

    /// From when on the last input in that session does not matter.
    Instant quietFrom(ShedName shed, String session) {
        var last = typed.get(new Session(shed, session));
        return last == null ? Instant.MIN : last.plus(recently);
    }
}
