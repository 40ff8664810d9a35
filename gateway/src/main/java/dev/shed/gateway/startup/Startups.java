package dev.shed.gateway.startup;

import dev.shed.gateway.access.AddressBlock;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Decides which connections may try to log in. The number of connections that have not logged in is limited
/// for each source and each network, so that one of them cannot use up all places. Beyond `max-startups` some
/// are dropped at random.
///
/// Before a connection is dropped at random, an idle one is closed. A client that is logging in is idle only
/// while its user enters a passphrase or touches a token, with a key that the gateway accepts.
public final class Startups {
    /// Longer than the slowest round trip on Earth plus the computation of a key exchange.
    private static final Duration SILENT = Duration.ofSeconds(3);

    /// A client sends its first line as soon as it is connected, or one round trip later.
    private static final Duration MUTE = Duration.ofMillis(500);

    /// A login without user interaction takes less. This also catches clients that send a byte now and then.
    private static final Duration SLOW = Duration.ofSeconds(10);

    /// Enough time to type a passphrase or to find the token.
    private static final Duration SIGNATURE = Duration.ofMinutes(1);

    private static final String GIVES_WAY = "dropped: silent or slow while others wait to log in";

    /// The prefixes that providers assign to one customer.
    private static final BlockSize NETWORK = new BlockSize(24, 48);

    private final Penalties penalties;
    private final IntUnaryOperator random;
    private final Set<PendingLogin> pending = new LinkedHashSet<>();
    private volatile Rules rules;

    /// The limits.
    ///
    /// @param perSource connections without a login for each source
    /// @param perNetwork connections without a login for each network: /24 for IPv4, /48 for IPv6
    /// @param exempt addresses that never get a penalty
    public record Rules(
            MaxStartups maxStartups,
            int perSource,
            int perNetwork,
            BlockSize source,
            PenaltyRules penalties,
            List<AddressBlock> exempt) {
        /// Copies the list.
        public Rules {
            exempt = List.copyOf(exempt);
        }
    }

    /// @param random returns a random number below its argument
    public Startups(Rules rules, Clock clock, IntUnaryOperator random) {
        this.rules = rules;
        this.penalties = new Penalties(clock);
        this.random = random;
    }

    /// Applies changed limits from now on.
    public void reconfigure(Rules next) {
        rules = next;
    }

    /// Registers a connection if the limits allow it.
    ///
    /// @return the reason for a refusal; empty if it was registered
    public Optional<String> admit(PendingLogin login) {
        var givesWay = new ArrayList<PendingLogin>();
        var objection = objection(login, givesWay);
        givesWay.forEach(other -> other.end(GIVES_WAY));
        return objection.map(why -> "dropped: " + why);
    }

    /// Registers a connection of a proxy, whose client is not known yet, if the limits allow it.
    ///
    /// @return the reason for a refusal; empty if it was registered
    public Optional<String> admitProxy(PendingLogin login) {
        var givesWay = new ArrayList<PendingLogin>();
        var objection = full(login, givesWay);
        givesWay.forEach(other -> other.end(GIVES_WAY));
        return objection.map(why -> "dropped: " + why);
    }

    private synchronized Optional<String> objection(PendingLogin login, List<PendingLogin> givesWay) {
        var now = rules;
        var address = login.source();
        if (!isExempt(address)) {
            var penalty = penalties.objection(address, now.penalties(), now.source());
            if (penalty.isPresent()) {
                return penalty;
            }
        }
        if (!hasRoom(now.source().of(address), now.perSource(), givesWay)) {
            return Optional.of("per-source-max-startups");
        }
        if (!hasRoom(NETWORK.of(address), now.perNetwork(), givesWay)) {
            return Optional.of("per-network-max-startups");
        }
        return full(login, givesWay);
    }

    private synchronized Optional<String> full(PendingLogin login, List<PendingLogin> givesWay) {
        var limit = rules.maxStartups();
        if (pending.size() >= limit.start()
                && !makeRoom(_ -> true, givesWay)
                && limit.drops(pending.size(), random.applyAsInt(100))) {
            return Optional.of("max-startups");
        }
        pending.add(login);
        return Optional.empty();
    }

    private boolean hasRoom(AddressBlock block, int limit, List<PendingLogin> givesWay) {
        Predicate<PendingLogin> sameBlock = login -> block.contains(login.source());
        return pending.stream().filter(sameBlock).count() < limit || makeRoom(sameBlock, givesWay);
    }

    /// Selects a stalled connection to disconnect: of the sources with a stalled connection, one of the
    /// source that has the most connections, and of those the one that was silent for the longest time.
    private boolean makeRoom(Predicate<PendingLogin> among, List<PendingLogin> givesWay) {
        Map<AddressBlock, Long> bySource =
                pending.stream().collect(Collectors.groupingBy(this::sourceOf, Collectors.counting()));
        var silent = pending.stream()
                .filter(among)
                .filter(Startups::isStalled)
                .max(Comparator.<PendingLogin>comparingLong(login -> bySource.getOrDefault(sourceOf(login), 0L))
                        .thenComparing(PendingLogin::silence));
        silent.ifPresent(login -> {
            pending.remove(login);
            givesWay.add(login);
        });
        return silent.isPresent();
    }

    private static boolean isStalled(PendingLogin login) {
        if (login.awaitsSignature()) {
            return login.silence().compareTo(SIGNATURE) >= 0;
        }
        var patience = login.hasSpoken() ? SILENT : MUTE;
        return login.silence().compareTo(patience) >= 0 || login.age().compareTo(SLOW) >= 0;
    }

    private AddressBlock sourceOf(PendingLogin login) {
        return rules.source().of(login.source());
    }

    /// Unregisters a connection that has logged in or ended.
    public synchronized void release(PendingLogin login) {
        pending.remove(login);
    }

    /// Adds a penalty for a source, unless it is exempt.
    public synchronized void penalise(InetAddress address, Misconduct misconduct) {
        if (!isExempt(address)) {
            penalties.add(address, misconduct, rules.penalties(), rules.source());
        }
    }

    private boolean isExempt(InetAddress address) {
        return rules.exempt().stream().anyMatch(block -> block.contains(address));
    }

    /// How many connections are registered.
    public synchronized int pending() {
        return pending.size();
    }
}
