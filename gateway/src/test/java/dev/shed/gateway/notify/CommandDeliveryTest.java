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

    /// The `PATH` for programs that are named by their whole path.
    private static final String NOWHERE = "";

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

        new CommandDelivery(command, NOWHERE, LONG).deliver(notification("Bash: $(touch /tmp/z)\n; `id`"));

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
        new CommandDelivery(List.of(program.toString(), out.toString()), NOWHERE, LONG).deliver(notification("x"));
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
        assertThatThrownBy(() -> new CommandDelivery(command, NOWHERE, LONG).deliver(notification("x")))
                .isInstanceOf(IOException.class)
                .hasMessage("it ended with status 3");
        var missing = List.of(directory.resolve("none").toString());
        assertThatThrownBy(() -> new CommandDelivery(missing, NOWHERE, LONG).deliver(notification("x")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aProgramThatDoesNotEndIsKilled() throws Exception {
        var command = List.of(program("exec sleep 1000").toString());
        assertThatThrownBy(
                        () -> new CommandDelivery(command, NOWHERE, Duration.ofMillis(200)).deliver(notification("x")))
                .hasMessageContaining("was killed");
    }

    @Test
    void aProgramThatOthersCanChangeIsNotStarted() throws Exception {
        var out = directory.resolve("out");
        var program = program("touch \"$1\"");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxrwx"));
        var command = List.of(program.toString(), out.toString());
        assertThatThrownBy(() -> new CommandDelivery(command, NOWHERE, LONG).deliver(notification("x")))
                .isInstanceOf(ShedException.class)
                .hasMessageContaining("group or others can write it");
        assertThat(out).doesNotExist();
    }

    /// Of two programs of that name the first one is meant, also if it may not be started.
    @Test
    void aProgramThatPathLeadsToIsCheckedAsWell() throws Exception {
        var out = directory.resolve("out");
        var path = directory.resolve("empty") + ":" + directory + ":/bin:/usr/bin";
        var program = program("printf '%s\\n' \"$0\" > \"$1\"");
        var delivery = new CommandDelivery(List.of("tell", out.toString()), path, LONG);

        delivery.deliver(notification("x"));
        assertThat(out).content().isEqualTo(program + "\n");

        Files.delete(out);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> delivery.deliver(notification("x")))
                .isInstanceOf(ShedException.class)
                .hasMessageContaining("group or others can write it");
        assertThat(out).doesNotExist();
    }

    @Test
    void aNameThatPathDoesNotLeadToIsAFailure() {
        var delivery = new CommandDelivery(List.of("tell"), directory.toString(), LONG);
        assertThatThrownBy(() -> delivery.deliver(notification("x")))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no program 'tell' in $PATH");
    }
}
