package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SttyTest {
    @ParameterizedTest
    @CsvSource({
        "'isig icanon iexten echo echoe', false",
        "'isig icanon iexten -echo echoe', true",
        "'isig -icanon iexten -echo echoe', false",
        "'isig -icanon echo', false",
        "'speed 38400 baud; line = 0;\nisig icanon;-echo', true",
        "'', false"
    })
    void aPasswordIsALineThatIsNotShown(String settings, boolean unseen) {
        assertThat(Stty.readsUnseen(settings)).isEqualTo(unseen);
    }
}
