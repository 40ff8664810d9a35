package dev.shed.gateway.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandDeliveryTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    static Notification notification(String message) {
        var status = new Status(
                State.NEEDS_APPROVAL,
                Optional.of(message),
                Optional.empty(),
                Optional.of(Agent.CLAUDE_CODE),
                Source.HOOK);
        return new Notification(ShedName.parse("demo"), "work", status);
    }

    private Path program(String text) throws IOException {
        var program = Files.writeString(directory.resolve("tell"), "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void theProgramGetsTheTextAsItIs() throws Exception {
        var out = directory.resolve("out");
        var program = program("""
                out=$2
                { printf '%s\\n' "$1" "$SHED_NAME" "$SHED_SESSION" "$SHED_STATUS" "$SHED_TITLE" "$SHED_TEXT"; cat; } > "$out"
                """);
        var command = List.of(program.toString(), "$(touch x); `y`", out.toString());

        new CommandDelivery(command, LONG).deliver(notification("Bash: $(touch /tmp/z)\n; `id`"));

        var text = "claude-code: Bash: $(touch /tmp/z)\\n; `id`";
        assertThat(out)
                .content()
                .isEqualTo(String.join(
                        "\n",
                        "$(touch x); `y`",
                        "demo",
                        "work",
                        "needs-approval",
                        "demo+work needs approval",
                        text,
                        text,
                        ""));
    }

    @Test
    void itGetsLittleOfTheGatewaysEnvironment() throws Exception {
        var out = directory.resolve("out");
        var program = program("env | cut -d = -f 1 > \"$1\"");
        new CommandDelivery(List.of(program.toString(), out.toString()), LONG).deliver(notification("x"));
        assertThat(Files.readAllLines(out))
                .isSubsetOf(
                        "PATH",
                        "HOME",
                        "LANG",
                        "PWD",
                        "_",
                        "SHLVL",
                        "OLDPWD",
                        "SHED_NAME",
                        "SHED_SESSION",
                        "SHED_STATUS",
                        "SHED_TITLE",
                        "SHED_TEXT");
    }

    @Test
    void aProgramThatFailsOrIsNotThereIsAFailure() throws Exception {
        var command = List.of(program("exit 3").toString());
        assertThatThrownBy(() -> new CommandDelivery(command, LONG).deliver(notification("x")))
                .isInstanceOf(IOException.class)
                .hasMessage("it ended with status 3");
        var missing = List.of(directory.resolve("none").toString());
        assertThatThrownBy(() -> new CommandDelivery(missing, LONG).deliver(notification("x")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aProgramThatDoesNotEndIsKilled() throws Exception {
        var command = List.of(program("exec sleep 1000").toString());
        assertThatThrownBy(() -> new CommandDelivery(command, Duration.ofMillis(200)).deliver(notification("x")))
                .hasMessageContaining("was killed");
    }

    @Test
    void aProgramThatOthersCanChangeIsNotStarted() throws Exception {
        var out = directory.resolve("out");
        var program = program("touch \"$1\"");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxrwx"));
        var command = List.of(program.toString(), out.toString());
        assertThatThrownBy(() -> new CommandDelivery(command, LONG).deliver(notification("x")))
                .isInstanceOf(ShedException.class)
                .hasMessageContaining("group or others can write it");
        assertThat(out).doesNotExist();
    }
}
