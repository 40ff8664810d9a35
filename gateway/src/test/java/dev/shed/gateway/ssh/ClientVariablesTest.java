package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.ssh.session.ClientEnvironment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// What our client sends, the gateway takes.
class ClientVariablesTest {
    @ParameterizedTest
    @FieldSource("dev.shed.cli.ssh.Variables#ALL")
    void eachVariableOfOurClientIsTaken(String name) {
        assertThat(new ClientEnvironment().set(name, "1")).isTrue();
    }
}
