package dev.shed.gateway.notify;

import dev.shed.gateway.agent.Status;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.event.EventDetails;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The sessions of one shed whose status may have to be told, and when. A status that ends before that is
/// not told.
final class PendingNotices {
    /// The most notifications about one shed in a minute. More sessions do not help a program that wants to
    /// be a nuisance.
    static final int MAX_PER_MINUTE = 10;

    /// The most sessions. What happens in further ones is not told.
    static final int MAX_SESSIONS = 256;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ShedName shed;
    private final Rules rules;

    /// What is not told yet, in the order in which it began.
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    /// When something was told last about a session; only what still matters.
    private final Map<String, Instant> told = new LinkedHashMap<>();

    /// When something was told within the last minute.
    private final Deque<Instant> lastMinute = new ArrayDeque<>();

    private record Waiting(Status status, Instant since) {}

    /// Which statuses are told, and when.
    ///
    /// @param dwell how long a status must have lasted
    /// @param cooldown the shortest time between two notifications about a session
    record Rules(Set<State> states, Duration dwell, Duration cooldown, RecentInput input) {}

    PendingNotices(ShedName shed, Rules rules) {
        this.shed = shed;
        this.rules = rules;
    }

    /// Takes an event of this shed.
    void take(EventDetails what, Instant now) {
        var session = what.session();
        if (session == null) {
            if (what.kind() != EventDetails.Kind.GAP) {
                waiting.clear();
            }
            return;
        }
        switch (what.kind()) {
            case SESSION_STATUS, SESSION_ASKED ->
                Optional.ofNullable(what.status()).ifPresent(status -> changed(session, status, now));
            case SESSION_CLOSED -> waiting.remove(session);
            case SESSION_RENAMED -> Optional.ofNullable(what.formerName()).ifPresent(from -> renamed(from, session));
            default -> {}
        }
    }

    private void changed(String session, Status status, Instant now) {
        waiting.remove(session);
        if (rules.states().contains(status.state()) && waiting.size() < MAX_SESSIONS) {
            waiting.put(session, new Waiting(status, now));
        }
    }

    private void renamed(String from, String to) {
        move(waiting, from, to);
        move(told, from, to);
    }

    private static <T> void move(Map<String, T> map, String from, String to) {
        var value = map.remove(from);
        if (value != null) {
            map.put(to, value);
        }
    }

    /// What is to be told now. It counts as told.
    List<Notification> due(Instant now) {
        told.values().removeIf(at -> !at.plus(rules.cooldown()).isAfter(now));
        lastMinute.removeIf(at -> !at.plus(MINUTE).isAfter(now));
        var due = new ArrayList<Notification>();
        for (var entry : List.copyOf(waiting.entrySet())) {
            var session = entry.getKey();
            if (!ripe(entry).isAfter(now)) {
                due.add(new Notification(shed, session, entry.getValue().status()));
                waiting.remove(session);
                told.put(session, now);
                lastMinute.add(now);
            }
        }
        return due;
    }

    /// When [#due] returns something next, unless somebody types until then.
    Optional<Instant> next() {
        return waiting.entrySet().stream().map(this::ripe).min(Comparator.naturalOrder());
    }

    /// Whether nothing has to be remembered.
    boolean isEmpty() {
        return waiting.isEmpty() && told.isEmpty() && lastMinute.isEmpty();
    }

    private Instant ripe(Map.Entry<String, Waiting> entry) {
        var session = entry.getKey();
        var dwelt = entry.getValue().since().plus(rules.dwell());
        var last = told.get(session);
        var cooled = last == null ? Instant.MIN : last.plus(rules.cooldown());
        var free = lastMinute.size() < MAX_PER_MINUTE
                ? Instant.MIN
                : lastMinute.getFirst().plus(MINUTE);
        return Stream.of(dwelt, cooled, free, rules.input().quietFrom(shed, session))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
