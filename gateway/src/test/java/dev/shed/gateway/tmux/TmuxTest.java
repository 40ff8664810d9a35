package dev.shed.gateway.tmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.name.SessionName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TmuxTest {
    private static final SessionName DEBUG = SessionName.parse("debug");
    private static final WindowSize SIZE = new WindowSize(40, 100);
    private static final Tmux.Client CLIENT = new Tmux.Client(SIZE, false);

    @Test
    void targetsAreExact() {
        assertThat(Tmux.kill(DEBUG)).containsExactly("tmux", "kill-session", "-t", "=debug");
        assertThat(Tmux.has(DEBUG)).contains("=debug");
        assertThat(Tmux.attach(CLIENT, Tmux.Target.of(DEBUG))).contains("=debug");
    }

    /// The name of a repository, and what a shed tells of a conversation, may end so.
    @Test
    void aDirectoryIsNeitherAFormatNorAnotherCommand() {
        var directory = "/workspace/#(id)#{pid};";
        var quoted = "/workspace/##(id)##{pid}\\;";
        var program = new SessionProgram(List.of(), Optional.empty(), Optional.empty(), List.of("claude"));
        assertThat(Tmux.run(DEBUG, directory, program)).containsSequence("-c", quoted);
        assertThat(Tmux.create(SIZE, DEBUG, directory, Optional.empty())).containsSequence("-c", quoted);
        assertThat(Tmux.attachOrCreate(CLIENT, DEBUG, directory)).containsSequence("-c", quoted);
    }

    @Test
    void watchingIsReadOnlyAndExact() {
        assertThat(Tmux.watch(CLIENT, Tmux.Target.of(DEBUG)))
                .contains("-r", "-E", "=debug")
                .doesNotContain("-A");
    }

    /// With `ignore-size` it would be one more that does not count.
    @Test
    void whoHoldsTheSizeHasNoTerminalAndCounts() {
        assertThat(Tmux.holdSize(Tmux.Target.of(3)))
                .contains("-C", "read-only,no-output", "$3")
                .doesNotContain("-r");
    }

    @Test
    void onlyAClientThatShowsTrueColorGetsIt() {
        assertThat(Tmux.attach(new Tmux.Client(SIZE, true), Tmux.Target.of(DEBUG)))
                .containsSubsequence("-u", "-T", "RGB");
        assertThat(Tmux.attach(CLIENT, Tmux.Target.of(DEBUG))).doesNotContain("-T");
    }

    @Test
    void attachingCreatesAndCreatingDoesNotAttach() {
        assertThat(Tmux.attachOrCreate(CLIENT, DEBUG, "/workspace"))
                .contains("-A")
                .doesNotContain("-d");
        assertThat(Tmux.create(SIZE, DEBUG, "/workspace", Optional.empty()))
                .contains("-d")
                .doesNotContain("-A")
                .containsSubsequence("-x", "100", "-y", "40");
    }

    /// Before the session is created, whose first pane is to have one as well.
    @Test
    void shellsHaveARelayWhereOneIsGiven() {
        var relay = Optional.of("/run/;");
        var client = new Tmux.Client(SIZE, false, Optional.empty(), false, relay);
        for (var argv : List.of(
                Tmux.create(SIZE, DEBUG, "/workspace", relay),
                Tmux.attachOrCreate(client, DEBUG, "/workspace"),
                Tmux.attachCreated(client, DEBUG))) {
            assertThat(argv)
                    .containsSequence("set-environment", "-g", "SHED_RELAY_PROGRAM", "/run/\\;", ";", "if-shell", "-F");
            assertThat(argv.indexOf("set-environment"))
                    .isLessThan(Math.max(argv.indexOf("new-session"), argv.indexOf("attach-session")));
        }
        assertThat(Tmux.attachOrCreate(CLIENT, DEBUG, "/workspace")).doesNotContain("set-environment");
    }

    /// `set -g destroy-unattached on` of a user's tmux.conf.
    @Test
    void aSessionThatIsCreatedLivesUntilItsClientIsThere() {
        assertThat(Tmux.create(SIZE, DEBUG, "/workspace", Optional.empty()))
                .endsWith(";", "set-option", "-t", "=debug:", "destroy-unattached", "off");
        assertThat(Tmux.attachCreated(CLIENT, DEBUG))
                .endsWith(";", "set-option", "-u", "-t", "=debug:", "destroy-unattached");
    }

    /// Names that tmux 3.3 itself printed for sessions made by hand.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "no server running on /tmp/tmux-1000/default",
                "no current target",
                "error connecting to /tmp/tmux-1000/default (No such file or directory)",
                "server exited unexpectedly"
            })
    void withoutAServerThereAreNoSessions(String stderr) {
        assertThat(Tmux.saysNoServer(stderr)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "error connecting to /tmp/tmux-1000/default (Permission denied)", "unknown option -- F"})
    void otherTroubleIsNotTheLackOfAServer(String stderr) {
        assertThat(Tmux.saysNoServer(stderr)).isFalse();
    }
}
