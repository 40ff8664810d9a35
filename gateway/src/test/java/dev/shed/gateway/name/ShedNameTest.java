package dev.shed.gateway.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShedNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "0",
                "demo",
                "my-proj-2",
                "a--b",
                "shed2",
                "shed-x",
                "a23456789012345678901234567890123456789012345678901234567890123"
            })
    void dnsLabelsAreNames(String name) {
        assertThat(ShedName.parse(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                "Demo",
                "a_b",
                "a.b",
                "a+b",
                "a b",
                "a\n",
                "\na",
                "a\u0000",
                "é",
                "../a",
                "#{pane_pid}",
                "shed",
                "a234567890123456789012345678901234567890123456789012345678901234"
            })
    void everythingElseIsRefusedWithTheRule(String name) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> ShedName.parse(name))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("INVALID_NAME"))
                .satisfies(e -> assertThat(e.failure().hint()).contains("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"));
    }

    @ParameterizedTest
    @CsvSource({
        "Demo, did you mean: demo",
        "my_App.2, did you mean: my-app-2",
        "demo+Agent, a session is a word of its own: demo Agent"
    })
    void whatWasProbablyMeantIsSaid(String name, String line) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> ShedName.parse(name))
                .satisfies(e -> assertThat(e.failure().hint()).endsWith("\n" + line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Shed", "-A", "a+b+c", "+", "\u00c9"})
    void whereNothingIsNearNothingIsSaid(String name) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> ShedName.parse(name))
                .satisfies(e -> assertThat(e.failure().hint()).doesNotContain("\n"));
    }

    @Property
    boolean aNameIsSafeInAnyPathAndCommandOrIsNoName(@ForAll String text) {
        try {
            return ShedName.parse(text)
                            .value()
                            .chars()
                            .allMatch(c -> "abcdefghijklmnopqrstuvwxyz0123456789-".indexOf(c) >= 0)
                    && !text.startsWith("-");
        } catch (ShedException e) {
            return e.failure().kind() == Failure.Kind.INVALID_NAME;
        }
    }
}
