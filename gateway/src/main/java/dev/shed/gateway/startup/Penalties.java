package dev.shed.gateway.startup;

import dev.shed.gateway.access.AddressBlock;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The sources whose connections are refused because of earlier misconduct. Penalties of one source add up;
/// below a minimum they have no effect. Not thread-safe.
final class Penalties {
    private final Clock clock;
    private final Table ipv4 = new Table();
    private final Table ipv6 = new Table();

    Penalties(Clock clock) {
        this.clock = clock;
    }

    /// The end of a penalty. The number distinguishes penalties that end at the same time.
    private record Expiry(Instant at, long number) implements Comparable<Expiry> {
        private static final Comparator<Expiry> ORDER =
                Comparator.comparing(Expiry::at).thenComparingLong(Expiry::number);

        @Override
        public int compareTo(Expiry other) {
            return ORDER.compare(this, other);
        }
    }

    /// @param active whether connections are refused; otherwise the penalty is still below the minimum
    private record Penalty(Expiry expiry, boolean active, Misconduct last) {}

    private static final class Table {
        private final Map<AddressBlock, Penalty> bySource = new HashMap<>();
        private final TreeMap<Expiry, AddressBlock> byExpiry = new TreeMap<>();
        private long number;

        void expire(Instant now) {
            while (!byExpiry.isEmpty() && !byExpiry.firstKey().at().isAfter(now)) {
                removeFirst();
            }
        }

        void removeFirst() {
            bySource.remove(byExpiry.pollFirstEntry().getValue());
        }

        void put(AddressBlock source, Instant until, boolean active, Misconduct last) {
            var expiry = new Expiry(until, number++);
            var before = bySource.put(source, new Penalty(expiry, active, last));
            if (before != null) {
                byExpiry.remove(before.expiry());
            }
            byExpiry.put(expiry, source);
        }
    }

    /// The reason why this source is refused now; empty if it is not.
    Optional<String> objection(InetAddress address, PenaltyRules rules, BlockSize size) {
        var table = table(address);
        table.expire(clock.instant());
        if (rules.penalties().isEmpty()) {
            return Optional.empty();
        }
        if (rules.denyAll() && table.bySource.size() >= maxSources(address, rules)) {
            return Optional.of("penalty: too many penalised addresses");
        }
        return Optional.ofNullable(table.bySource.get(size.of(address)))
                .filter(Penalty::active)
                .map(penalty -> "penalty: " + penalty.last().reason());
    }

    /// Adds the penalty for a misconduct.
    void add(InetAddress address, Misconduct misconduct, PenaltyRules rules, BlockSize size) {
        var cost = rules.penalties().getOrDefault(misconduct, Duration.ZERO);
        var now = clock.instant();
        var table = table(address);
        table.expire(now);
        boolean full = table.bySource.size() >= maxSources(address, rules);
        if (cost.isZero() || (full && rules.denyAll())) {
            return;
        }
        var source = size.of(address);
        var before = table.bySource.get(source);
        var until = (before == null ? now : before.expiry().at()).plus(cost);
        var latest = now.plus(rules.max());
        boolean enough = Duration.between(now, until).compareTo(rules.min()) > 0;
        boolean active = enough || (before != null && before.active());
        // Removed before the new source is added, because the new one might be the first to expire.
        while (before == null && table.bySource.size() >= maxSources(address, rules)) {
            table.removeFirst();
        }
        table.put(source, until.isAfter(latest) ? latest : until, active, misconduct);
    }

    /// How many sources are in the tables.
    int size() {
        return ipv4.bySource.size() + ipv6.bySource.size();
    }

    private Table table(InetAddress address) {
        return address instanceof Inet4Address ? ipv4 : ipv6;
    }

    private static int maxSources(InetAddress address, PenaltyRules rules) {
        return address instanceof Inet4Address ? rules.maxSources4() : rules.maxSources6();
    }
}
