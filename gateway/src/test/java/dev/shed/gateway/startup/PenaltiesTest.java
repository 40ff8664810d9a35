package dev.shed.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.MutableClock;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PenaltiesTest {
    private static final BlockSize SIZE = new BlockSize(32, 64);
    private static final PenaltyRules RULES = PenaltyRules.parse("authfail:5s max-sources4:3 max-sources6:3");
    private static final InetAddress SOMEBODY = InetAddress.ofLiteral("192.0.2.1");

    private final MutableClock clock = new MutableClock(Instant.EPOCH);
    private final Penalties penalties = new Penalties(clock);

    private void fail(InetAddress address, int times) {
        for (int i = 0; i < times; i++) {
            penalties.add(address, Misconduct.AUTHFAIL, RULES, SIZE);
        }
    }

    private void advance(int seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void aFewFailuresCostNothing() {
        fail(SOMEBODY, 3);
        assertThat(penalties.objection(SOMEBODY, RULES, SIZE)).isEmpty();
    }

    @Test
    void theyAddUpAndAreOver() {
        fail(SOMEBODY, 4);
        assertThat(penalties.objection(SOMEBODY, RULES, SIZE)).contains("penalty: failed authentication");
        advance(19);
        assertThat(penalties.objection(SOMEBODY, RULES, SIZE)).isPresent();
        advance(1);
        assertThat(penalties.objection(SOMEBODY, RULES, SIZE)).isEmpty();
        assertThat(penalties.size()).isZero();
    }

    @Test
    void oneThatIsLongCountsAtOnce() {
        penalties.add(SOMEBODY, Misconduct.CRASH, RULES, SIZE);
        assertThat(penalties.objection(SOMEBODY, RULES, SIZE)).contains("penalty: caused a defect");
    }

    @Test
    void slowFailuresCostNothing() {
        for (int i = 0; i < 100; i++) {
            fail(SOMEBODY, 1);
            advance(6);
            assertThat(penalties.objection(SOMEBODY, RULES, SIZE)).isEmpty();
        }
    }

    @Test
    void theWaitHasALimit() {
        fail(SOMEBODY, 1000);
        advance(599);
        assertThat(penalties.objection(SOMEBODY, RULES, SIZE)).isPresent();
        advance(1);
        assertThat(penalties.objection(SOMEBODY, RULES, SIZE)).isEmpty();
    }

    @Test
    void othersAreNotConcernedButThoseOfTheSameBlockAre() {
        fail(SOMEBODY, 4);
        assertThat(penalties.objection(InetAddress.ofLiteral("192.0.2.2"), RULES, SIZE))
                .isEmpty();
        fail(InetAddress.ofLiteral("2001:db8:0:1::1"), 4);
        assertThat(penalties.objection(InetAddress.ofLiteral("2001:db8:0:1:ffff::2"), RULES, SIZE))
                .isPresent();
        assertThat(penalties.objection(InetAddress.ofLiteral("2001:db8:0:2::1"), RULES, SIZE))
                .isEmpty();
    }

    @Test
    void soManySourcesAreRememberedAndTheSoonestOverIsForgotten() {
        for (int i = 1; i <= 4; i++) {
            fail(InetAddress.ofLiteral("192.0.2." + i), 3 + i);
        }
        assertThat(penalties.size()).isEqualTo(3);
        assertThat(penalties.objection(SOMEBODY, RULES, SIZE)).isEmpty();
        assertThat(penalties.objection(InetAddress.ofLiteral("192.0.2.4"), RULES, SIZE))
                .isPresent();
    }

    @Test
    void orEverybodyElseIsRefused() {
        var strict = PenaltyRules.parse("authfail:5s max-sources4:1 overflow:deny-all");
        penalties.add(SOMEBODY, Misconduct.AUTHFAIL, strict, SIZE);
        penalties.add(InetAddress.ofLiteral("192.0.2.3"), Misconduct.AUTHFAIL, strict, SIZE);
        assertThat(penalties.size()).isEqualTo(1);
        assertThat(penalties.objection(InetAddress.ofLiteral("192.0.2.2"), strict, SIZE))
                .contains("penalty: too many penalised addresses");
        assertThat(penalties.objection(InetAddress.ofLiteral("::1"), strict, SIZE))
                .isEmpty();
    }

    @Test
    void withoutRulesNothingIsHeldAgainstAnybody() {
        var none = PenaltyRules.parse("no");
        fail(SOMEBODY, 4);
        assertThat(penalties.objection(SOMEBODY, none, SIZE)).isEmpty();
    }
}
