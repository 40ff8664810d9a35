package dev.shed.gateway.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginNameTest {
    private static LoginName shed(String shed) {
        return new LoginName.ToShed(ShedName.parse(shed), Optional.empty());
    }

    private static LoginName shed(String shed, String session) {
        return new LoginName.ToShed(ShedName.parse(shed), Optional.of(SessionName.parse(session)));
    }

    @Test
    void shedIsTheLobby() {
        assertThat(LoginName.parse("shed")).isEqualTo(new LoginName.Lobby());
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo+debug", "demo.debug"})
    void plusOrDotSelectsASession(String name) {
        assertThat(LoginName.parse(name)).isEqualTo(shed("demo", "debug"));
    }

    @Test
    void aNameAloneLeadsToTheDefaultSession() {
        assertThat(LoginName.parse("demo")).isEqualTo(shed("demo"));
        assertThat(((LoginName.ToShed) LoginName.parse("demo")).sessionOrDefault())
                .hasToString("default");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                ".",
                "+x",
                ".x",
                "demo+",
                "demo.",
                "demo+bad:name",
                "demo+a+b",
                "demo.a.b",
                "demo+a.b",
                "Demo",
                "demo\n",
                "demo+x\n",
                "demo+#{host}",
                "shed+x",
                "shed.x",
                "shed+",
                "demo x",
                "demo\u0000+x"
            })
    void whatBreaksTheRuleIsRefused(String name) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> LoginName.parse(name))
                .satisfies(e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.INVALID_NAME));
    }

    @ParameterizedTest
    @CsvSource({
        "demo, , demo",
        "demo, debug, demo+debug",
        "demo+mine, debug, demo+mine",
        "shed, , shed",
        "shed, demo, demo",
        "shed, demo+debug, demo+debug",
        "shed, demo.debug, demo+debug",
        "shed, shed, shed"
    })
    void shedSessionNamesWhatTheLoginNameDoesNot(String login, String variable, String address) {
        assertThat(LoginName.parse(login).with(Optional.ofNullable(variable))).isEqualTo(LoginName.parse(address));
    }

    @ParameterizedTest
    @CsvSource({"demo, bad:name", "demo, ''", "demo, a+b", "shed, Demo", "shed, ''", "shed, demo+"})
    void aBadShedSessionIsRefusedWhereItIsUsed(String login, String variable) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> LoginName.parse(login).with(Optional.of(variable)));
    }

    @Test
    void aBadShedSessionIsIgnoredWhereTheLoginNameWins() {
        assertThat(LoginName.parse("demo+mine").with(Optional.of("bad:name"))).isEqualTo(shed("demo", "mine"));
    }

    @Property
    void whatIsAcceptedIsMadeOfAShedAndASession(@ForAll @From("nearNames") String text) {
        try {
            var expected = switch (LoginName.parse(text)) {
                case LoginName.Lobby _ -> "shed";
                case LoginName.ToShed to ->
                    to.shed() + to.session().map(session -> "+" + session).orElse("");
            };
            assertThat(text.replace('.', '+')).isEqualTo(expected);
        } catch (ShedException e) {
            assertThat(e.failure().kind()).isEqualTo(Failure.Kind.INVALID_NAME);
        }
    }

    @Provide
    Arbitrary<String> nearNames() {
        return Arbitraries.strings().withChars("shed+.-_0A \n#:").ofMaxLength(12);
    }
}
