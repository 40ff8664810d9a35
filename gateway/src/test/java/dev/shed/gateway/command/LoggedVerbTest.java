package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.LoginName.ToShed;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoggedVerbTest {
    @ParameterizedTest
    @CsvSource({
        "shed, send demo debug my secret, send demo debug …",
        "demo, send debug my secret, send debug …",
        "demo+debug, send my secret, send …",
        "demo+debug, 'send ''my secret', send …",
        "demo+debug, send, send",
        "demo, send debug, send debug",
        "shed, deny 7q2m0xk4vd my secret, deny 7q2m0xk4vd …",
        "demo+debug, answer 7q2m0xk4vd my secret, answer 7q2m0xk4vd …",
        "shed, deny 7q2m0xk4vd, deny 7q2m0xk4vd",
        "shed, approve 7q2m0xk4vd, approve 7q2m0xk4vd",
        "demo, kill debug, kill debug",
        "shed, run demo -- my secret, run demo -- …",
        "shed, run demo work --worktree b --json -- my secret, run demo work --worktree b --json -- …",
        "demo+work, 'run -- ''my secret', run -- …",
        "demo, run --, run --",
        "demo, run work my secret, run work …",
        "shed, run demo a b c d e f g h i -- secret, run demo a …",
        "shed, '', ''"
    })
    void whatIsTypedIsNotLogged(String address, String line, String expected) {
        var shed = LoginName.parse(address) instanceof ToShed to ? Optional.of(to) : Optional.<ToShed>empty();
        assertThat(LoggedVerb.of(shed, line)).isEqualTo(expected);
    }
}
