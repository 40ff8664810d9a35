package dev.shed.gateway.shed.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.name.SessionName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewSessionTest {
    private static List<String> names(String branch, String program) {
        return new NewSession(Optional.empty(), Optional.ofNullable(branch), List.of(program))
                .names()
                .map(SessionName::value)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        ", claude, claude",
        ", /usr/local/bin/claude, claude",
        ", ./run.sh, run-sh",
        ", __x, x",
        ", /, run",
        ", 'é;', run",
        "feature/login.2, claude, feature-login-2",
        "release-, claude, release",
    })
    void itIsCalledAfterTheBranchOrTheProgram(String branch, String program, String name) {
        assertThat(names(branch, program)).startsWith(name, name + "-2", name + "-3");
    }

    @Test
    void aLongNameLeavesRoomForTheNumber() {
        assertThat(names("x".repeat(200), "y")).hasSize(100).allMatch(name -> name.length() <= 52);
    }

    @Test
    void aGivenNameIsTheOnlyOne() {
        var name = SessionName.parse("work");
        assertThat(new NewSession(Optional.of(name), Optional.of("main"), List.of("claude")).names())
                .containsExactly(name);
    }
}
