package dev.shed.gateway.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.failure.ShedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "debug", "Build_2-x", "a-", "default"})
    void lettersDigitsUnderscoreAndHyphenMakeAName(String name) {
        assertThat(SessionName.parse(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "-x", "_x", "a b", "a:b", "a.b", "=a", "a\n", "é", "#{host}", "$(id)", "a;b", "@1", "%1", "$1"
            })
    void everythingElseIsRefusedWithTheRule(String name) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> SessionName.parse(name))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("INVALID_NAME"))
                .satisfies(e -> assertThat(e.failure().hint()).contains("^[a-zA-Z0-9][a-zA-Z0-9_-]*$"));
    }

    @Test
    void sixtyFourCharactersAreTheLimit() {
        assertThat(SessionName.parse("x".repeat(64)).value()).hasSize(64);
        assertThatExceptionOfType(ShedException.class).isThrownBy(() -> SessionName.parse("x".repeat(65)));
    }
}
