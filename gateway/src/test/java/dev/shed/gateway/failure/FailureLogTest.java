package dev.shed.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureLogTest {
    private final LoggedFailures logged = LoggedFailures.listen();

    @AfterEach
    void stopListening() {
        logged.close();
    }

    private ILoggingEvent only() {
        assertThat(logged.events()).hasSize(1);
        return logged.events().getFirst();
    }

    static List<Failure> failures() {
        return FailureTest.failures();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatTheOperatorHasToMendIsAWarning(Failure failure) {
        FailureLog.told(new ShedException(failure));
        var level = Set.of(69, 74, 76, 78).contains(failure.exitStatus().code()) ? Level.WARN : Level.INFO;
        assertThat(only().getLevel()).isEqualTo(level);
    }

    @Test
    void theLineHasTheCauseAndNoStack() {
        var deep = new IOException("Connection refused");
        var cause = new IllegalStateException("no engine", deep);
        FailureLog.told(new ShedException(Failure.engineUnavailable("down", "look at it"), cause));
        assertThat(LoggedFailures.line(only()))
                .contains("code=\"ENGINE_UNAVAILABLE\"", "down")
                .contains("IllegalStateException: no engine; IOException: Connection refused");
        assertThat(only().getThrowableProxy()).isNull();
    }

    @Test
    void aFailureThatWasPassedOnIsToldOnce() {
        var first =
                new ShedException(Failure.engineUnavailable("down", "look at it"), new NoSuchFileException("/x.sock"));
        FailureLog.told(new ShedException(first.failure(), first));
        assertThat(LoggedFailures.line(only())).contains("cause=\"NoSuchFileException: /x.sock\"");
    }

    @Test
    void theLineSaysWhoAskedForWhat() {
        new Caller("me@laptop\nforged", "demo", "info " + "x".repeat(1000)).enter();
        FailureLog.told(new ShedException(Failure.shedNotFound("nosuch")));
        Caller.leave();
        assertThat(LoggedFailures.line(only()))
                .startsWith("INFO request failed ")
                .contains("identity=\"me@laptop\\nforged\"", "shed=\"demo\"", "verb=\"info xxx", "nosuch")
                .hasSizeLessThan(1000);
        FailureLog.told(new ShedException(Failure.shedNotFound("nosuch")));
        assertThat(LoggedFailures.line(logged.events().getLast())).doesNotContain("laptop");
    }

    /// It may be the text of a mistyped `send`, or a secret.
    @Test
    void whatSomebodyHasTypedIsNotLogged() {
        var cause = new IllegalArgumentException("Unmatched argument: 'hunter2'");
        FailureLog.told(new ShedException(Failure.usage("unexpected argument 'hunter2'", "send SHED TEXT"), cause));
        assertThat(LoggedFailures.line(only())).contains("USAGE").doesNotContain("hunter2");
    }

    @Test
    void aLineIsALineOfSomeLength() {
        FailureLog.told(new ShedException(
                Failure.engineUnavailable("down", "look at it"),
                new IOException("x\nshed: forged\u001b[2J" + "y".repeat(100_000))));
        assertThat(LoggedFailures.line(only()))
                .contains("x\\nshed: forged\\x1b[2J")
                .hasSizeLessThan(3000);
    }
}
