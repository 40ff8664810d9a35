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
/// for each source and each network, so that one cannot use up the places of all; beyond `max-startups` some
/// are dropped at random.
///
/// Before a connection is dropped at random, an idle one is closed. A client that is logging in is idle only
/// while its user enters a passphrase or touches a token, with a key that the gateway knows.
public final class Startups {
    /// Longer than the way to the other end of the world and the work for a key exchange there.
    private static final Duration SILENT = Duration.ofSeconds(3);

    /// The first line of a client is there as soon as the connection is, or one round trip later.
    private static final Duration MUTE = Duration.ofMillis(500);

    /// A login that waits for no person is over by then; who sends a byte now and then is not logging in.
    private static final Duration SLOW = Duration.ofSeconds(10);

    /// A person types a passphrase or finds the token within it.
    private static final Duration SIGNATURE = Duration.ofMinutes(1);

    private static final String GIVES_WAY = "dropped: silent or slow while others wait to log in";

    /// What a provider gives to one customer.
    private static final BlockSize NETWORK = new BlockSize(24, 48);

    private final Penalties penalties;
    private final IntUnaryOperator random;
    private final Set<PendingLogin> pending = new LinkedHashSet<>();
    private volatile Rules rules;

    /// The limits.
    ///
    /// @param perSource how many connections of one source may be without a login
    /// @param perNetwork the same for a network: /24 of IPv4, /48 of IPv6
    /// @param exempt who never gets a penalty
    public record Rules(
            MaxStartups maxStartups,
            int perSource,
            int perNetwork,
            BlockSize source,
            PenaltyRules penalties,
            List<AddressBlock> exempt) {
        /// Keeps a copy.
        public Rules {
            exempt = List.copyOf(exempt);
        }
    }

    /// @param random a number below the given one
    public Startups(Rules rules, Clock clock, IntUnaryOperator random) {
        this.rules = rules;
        this.penalties = new Penalties(clock);
        this.random = random;
    }

    /// What holds from now on.
    public void reconfigure(Rules next) {
        rules = next;
    }

    /// Takes a place for a connection.
    ///
    /// @return why it does not get one, if it does not
    public Optional<String> admit(PendingLogin login) {
        var givesWay = new ArrayList<PendingLogin>();
        var objection = objection(login, givesWay);
        givesWay.forEach(other -> other.end(GIVES_WAY));
        return objection.map(why -> "dropped: " + why);
    }

    /// Takes a place for a connection whose source is not known yet: a proxy will say it.
    ///
    /// @return why it does not get one, if it does not
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

    /// Of those that are silent or slow, one of the source that has the most connections gives way: the one that has
    /// been silent for longest.
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

    /// Gives the place back: it has logged in, or it has ended.
    public synchronized void release(PendingLogin login) {
        pending.remove(login);
    }

    /// Holds it against a source.
    public synchronized void penalise(InetAddress address, Misconduct misconduct) {
        if (!isExempt(address)) {
            penalties.add(address, misconduct, rules.penalties(), rules.source());
        }
    }

    private boolean isExempt(InetAddress address) {
        return rules.exempt().stream().anyMatch(block -> block.contains(address));
    }

    /// How many connections hold a place.
    public synchronized int pending() {
        return pending.size();
    }
}
