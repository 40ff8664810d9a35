package dev.shed.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PenaltyRulesTest {
    @Test
    void whatIsNotNamedIsAsWithSshd() {
        var rules = PenaltyRules.parse("authfail:7");
        assertThat(rules.penalties())
                .containsEntry(Misconduct.CRASH, Duration.ofSeconds(90))
                .containsEntry(Misconduct.AUTHFAIL, Duration.ofSeconds(7))
                .containsEntry(Misconduct.NOAUTH, Duration.ofSeconds(1))
                .containsEntry(Misconduct.GRACE_EXCEEDED, Duration.ofSeconds(10))
                .containsEntry(Misconduct.PROTOCOL_ERROR, Duration.ofSeconds(10));
        assertThat(rules.min()).isEqualTo(Duration.ofSeconds(15));
        assertThat(rules.max()).isEqualTo(Duration.ofMinutes(10));
        assertThat(rules.maxSources4()).isEqualTo(65536);
        assertThat(rules.denyAll()).isFalse();
    }

    @Test
    void everyWordIsUnderstood() {
        var rules =
                PenaltyRules.parse("crash:1h30m  protocol-error:2 authfail:3s noauth:0 grace-exceeded:1d min:4m max:5h"
                        + " max-sources4:6 max-sources6:7 overflow:deny-all");
        assertThat(rules.penalties())
                .containsEntry(Misconduct.CRASH, Duration.ofMinutes(90))
                .containsEntry(Misconduct.NOAUTH, Duration.ZERO)
                .containsEntry(Misconduct.GRACE_EXCEEDED, Duration.ofDays(1));
        assertThat(rules.min()).isEqualTo(Duration.ofMinutes(4));
        assertThat(rules.max()).isEqualTo(Duration.ofHours(5));
        assertThat(rules.maxSources4()).isEqualTo(6);
        assertThat(rules.maxSources6()).isEqualTo(7);
        assertThat(rules.denyAll()).isTrue();
    }

    @Test
    void noMeansNone() {
        assertThat(PenaltyRules.parse("no").penalties()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "yes",
                "authfail",
                "authfail:",
                "authfail:x",
                "authfail:-1",
                "authfail:5w",
                "auth:5s",
                "max-sources4:0",
                "overflow:maybe",
                "no authfail:5s",
                "authfail:99999999999s",
                ":5s"
            })
    void anythingElseIsNone(String text) {
        assertThatThrownBy(() -> PenaltyRules.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
