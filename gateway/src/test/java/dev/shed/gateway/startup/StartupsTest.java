package dev.shed.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.MutableClock;
import dev.shed.gateway.access.AddressBlock;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartupsTest {
    private final Startups startups = new Startups(rules("6:50:10", 3, 4), new MutableClock(Instant.EPOCH), _ -> 49);

    private static Startups.Rules rules(String maxStartups, int perSource, int perNetwork) {
        return new Startups.Rules(
                MaxStartups.parse(maxStartups),
                perSource,
                perNetwork,
                new BlockSize(32, 64),
                PenaltyRules.parse("crash:90s"),
                List.of(AddressBlock.parse("127.0.0.0/8")));
    }

    /// A connection that was silent for as long as a test says.
    private static final class Attempt implements PendingLogin {
        private final InetAddress source;
        private Duration silence = Duration.ZERO;
        private Duration age = Duration.ZERO;
        private boolean spoken = true;
        private boolean awaitsSignature;
        private String end = "";

        Attempt(String source) {
            this.source = InetAddress.ofLiteral(source);
        }

        Attempt silent(int seconds) {
            silence = Duration.ofSeconds(seconds);
            return this;
        }

        @Override
        public InetAddress source() {
            return source;
        }

        @Override
        public Duration silence() {
            return silence;
        }

        Attempt mute(int millis) {
            silence = Duration.ofMillis(millis);
            spoken = false;
            return this;
        }

        Attempt aged(int seconds) {
            age = Duration.ofSeconds(seconds);
            return this;
        }

        @Override
        public Duration age() {
            return age;
        }

        @Override
        public boolean hasSpoken() {
            return spoken;
        }

        Attempt withGoodKey() {
            awaitsSignature = true;
            return this;
        }

        @Override
        public boolean awaitsSignature() {
            return awaitsSignature;
        }

        @Override
        public void end(String reason) {
            end = reason;
        }
    }

    private Attempt admitted(String source) {
        var attempt = new Attempt(source);
        assertThat(startups.admit(attempt)).isEmpty();
        return attempt;
    }

    private void refused(String source, String why) {
        assertThat(startups.admit(new Attempt(source))).contains("dropped: " + why);
    }

    @Test
    void oneSourceHasSoManyPlaces() {
        var first = admitted("192.0.2.1");
        admitted("192.0.2.1");
        admitted("192.0.2.1");
        refused("192.0.2.1", "per-source-max-startups");
        admitted("198.51.100.1");
        startups.release(first);
        admitted("192.0.2.1");
    }

    @Test
    void oneNetworkHasSoManyPlaces() {
        for (int i = 1; i <= 4; i++) {
            admitted("192.0.2." + i);
        }
        refused("192.0.2.5", "per-network-max-startups");
        admitted("192.0.3.5");
    }

    @Test
    void anIpv6HostIsOneSourceWhateverItsAddress() {
        for (int i = 1; i <= 3; i++) {
            admitted("2001:db8::" + i);
        }
        refused("2001:db8::4", "per-source-max-startups");
        admitted("2001:db8:0:1::1");
        refused("2001:db8:0:2::1", "per-network-max-startups");
        admitted("2001:db8:1::1");
    }

    @Test
    void allTogetherAreDroppedByChanceAndThenAll() {
        for (int i = 1; i <= 6; i++) {
            admitted("192.0." + i + ".1");
        }
        // 50 of 100, and the draw is 49
        refused("192.0.7.1", "max-startups");
        assertThat(startups.pending()).isEqualTo(6);
    }

    @Test
    void whoDrawsWellGetsInUntilItIsFull() {
        var lucky = new Startups(rules("6:50:10", 30, 30), new MutableClock(Instant.EPOCH), _ -> 99);
        for (int i = 0; i < 10; i++) {
            assertThat(lucky.admit(new Attempt("192.0.2.1"))).isEmpty();
        }
        assertThat(lucky.admit(new Attempt("192.0.2.1"))).contains("dropped: max-startups");
    }

    @Test
    void aSilentConnectionOfTheSameSourceGivesWay() {
        var silent = admitted("192.0.2.1").silent(3);
        var longer = admitted("192.0.2.1").silent(4);
        admitted("192.0.2.1");
        admitted("192.0.2.1");
        assertThat(longer.end).isEqualTo("dropped: silent or slow while others wait to log in");
        admitted("192.0.2.1");
        assertThat(silent.end).isNotEmpty();
        refused("192.0.2.1", "per-source-max-startups");
        assertThat(startups.pending()).isEqualTo(3);
    }

    @Test
    void whoIsNotSilentStays() {
        var busy = admitted("192.0.2.1").silent(2);
        admitted("192.0.2.1");
        admitted("192.0.2.1");
        refused("192.0.2.1", "per-source-max-startups");
        assertThat(busy.end).isEmpty();
    }

    @Test
    void whoHasSaidNothingAtAllGivesWaySooner() {
        var spoken = admitted("192.0.2.1").silent(2);
        var mute = admitted("192.0.2.1").mute(500);
        admitted("192.0.2.1").mute(499);
        admitted("192.0.2.1");
        assertThat(mute.end).isNotEmpty();
        assertThat(spoken.end).isEmpty();
        refused("192.0.2.1", "per-source-max-startups");
    }

    /// A byte a second keeps nobody else out.
    @Test
    void whoIsSlowGivesWayThoughItIsNotSilent() {
        var slow = admitted("192.0.2.1").aged(10);
        admitted("192.0.2.1").aged(9);
        admitted("192.0.2.1");
        admitted("192.0.2.1");
        assertThat(slow.end).isNotEmpty();
        refused("192.0.2.1", "per-source-max-startups");
    }

    /// Somebody types a passphrase while strangers hold connections.
    @Test
    void theSourceWithMostConnectionsGivesWay() {
        var person = admitted("203.0.113.1").silent(20);
        var idle = List.of(admitted("192.0.2.1"), admitted("192.0.2.1"), admitted("192.0.2.1"));
        idle.forEach(attempt -> attempt.silent(3));
        admitted("192.0.4.1");
        admitted("192.0.5.1");
        admitted("192.0.6.1");
        assertThat(person.end).isEmpty();
        assertThat(idle).filteredOn(attempt -> !attempt.end.isEmpty()).hasSize(1);
    }

    /// Its key is good, and a passphrase is being typed, or a token looked for.
    @Test
    void whoHasToSignOnlyStaysForAMinute() {
        var person = admitted("192.0.2.1").silent(59).aged(60).withGoodKey();
        admitted("192.0.2.1");
        admitted("192.0.2.1");
        refused("192.0.2.1", "per-source-max-startups");
        assertThat(person.end).isEmpty();
        person.silent(60);
        admitted("192.0.2.1");
        assertThat(person.end).isNotEmpty();
    }

    @Test
    void silentConnectionsWithoutNumberLockNobodyOut() {
        for (int i = 0; i < 2000; i++) {
            startups.admit(new Attempt("198.51." + i % 250 + ".1").silent(5));
        }
        admitted("192.0.2.1");
        assertThat(startups.pending()).isLessThanOrEqualTo(10);
    }

    @Test
    void whoHasAPenaltyWaits() {
        startups.penalise(InetAddress.ofLiteral("192.0.2.1"), Misconduct.CRASH);
        refused("192.0.2.1", "penalty: caused a defect");
        admitted("192.0.2.2");
    }

    @Test
    void whoIsExemptNeverWaits() {
        startups.penalise(InetAddress.ofLiteral("127.0.0.1"), Misconduct.CRASH);
        admitted("127.0.0.1");
    }

    @Test
    void aProxyIsNoSource() {
        for (int i = 0; i < 6; i++) {
            assertThat(startups.admitProxy(new Attempt("10.0.0.1"))).isEmpty();
        }
        assertThat(startups.admitProxy(new Attempt("10.0.0.1"))).contains("dropped: max-startups");
    }
}
