package dev.shed.gateway.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every question sets out, or arrives, at zero.
class AdaptiveTimeoutTest {
    private static final boolean INSIDE = true;
    private static final boolean SILENT = true;

    private final AdaptiveTimeout adaptiveTimeout = new AdaptiveTimeout(Duration.ofSeconds(10));

    private static long ms(long count) {
        return Duration.ofMillis(count).toNanos();
    }

    @Test
    void nobodyIsHurriedByOthersWhoHaveNotAnsweredEither() {
        assertThat(adaptiveTimeout.isOver(INSIDE, 0, SILENT, ms(9_999))).isFalse();
        assertThat(adaptiveTimeout.isOver(INSIDE, 0, !SILENT, ms(10_001))).isTrue();
        assertThat(adaptiveTimeout.isOver(!INSIDE, 0, !SILENT, ms(10_001))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"true, 1100, false", "true, 1101, true", "false, 5100, false", "false, 5101, true"})
    void whoseQuestionHasArrivedIsGivenLessTimeThanWhoIsStillBeingReached(boolean inside, long now, boolean over) {
        adaptiveTimeout.answered(0, ms(100));
        assertThat(adaptiveTimeout.isOver(inside, 0, !SILENT, ms(now))).isEqualTo(over);
    }

    @Test
    void aQuestionThatArrivesLateHasItsTimeFromThen() {
        adaptiveTimeout.answered(0, ms(100));
        assertThat(adaptiveTimeout.isOver(INSIDE, ms(4_000), !SILENT, ms(5_000)))
                .isFalse();
        assertThat(adaptiveTimeout.isOver(INSIDE, ms(4_000), !SILENT, ms(5_001)))
                .isTrue();
    }

    @Test
    void nobodyIsGivenUpWhileOthersStillAnswer() {
        adaptiveTimeout.answered(0, ms(100));
        adaptiveTimeout.answered(ms(1_900), ms(2_000));
        assertThat(adaptiveTimeout.isOver(INSIDE, 0, !SILENT, ms(2_900))).isFalse();
        assertThat(adaptiveTimeout.isOver(INSIDE, 0, !SILENT, ms(3_001))).isTrue();
    }

    @Test
    void whereEveryAnswerTakesLongEverybodyIsWaitedForLonger() {
        adaptiveTimeout.answered(0, ms(800));
        assertThat(adaptiveTimeout.isOver(INSIDE, 0, !SILENT, ms(2_400))).isFalse();
        assertThat(adaptiveTimeout.isOver(INSIDE, 0, !SILENT, ms(2_401))).isTrue();
    }

    @Test
    void whoWasSilentTheLastTimeGetsASecondChance() {
        adaptiveTimeout.answered(0, ms(10));
        assertThat(adaptiveTimeout.isOver(!INSIDE, 0, SILENT, ms(250))).isFalse();
        assertThat(adaptiveTimeout.isOver(!INSIDE, 0, SILENT, ms(251))).isTrue();
    }
}
