package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Sessions are found for as long as their tmux server lives, whatever is done to the files of its container.
@Execution(ExecutionMode.CONCURRENT)
class SocketsIT {
    private static final String EMPTY_TMP = "rm -rf /tmp/* /tmp/.[!.]*";

    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @Test
    void emptyingTmpLosesNoSession() throws Exception {
        var shed = gateway.place().newShed();
        gateway.ssh(shed + "@gw", "tmux new -d -s agent 'exec sleep 4000'; " + EMPTY_TMP)
                .orFail();

        assertThat(sessions(shed)).contains("agent");
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+shell@gw")) {
            terminal.awaitPrompt();
            terminal.enter(EMPTY_TMP);
            assertThat(terminal.ask("$(tmux ls -F '#{session_name}' | paste -sd,)"))
                    .isEqualTo("agent,shell");
            terminal.detach();
        }
        assertThat(sessions(shed)).contains("agent", "shell");
        assertThat(gateway.ssh("shed@gw", "stop " + shed).orFail()).contains("ended 2 sessions");
    }

    @Test
    void theUsersOwnTmuxReachesTheSameServer() throws Exception {
        var shed = gateway.place().newShed();
        assertThat(inside(shed, "sh", "-c", "stat -c '%a %u' $TMUX_TMPDIR").orFail())
                .as("before any porter was there")
                .isEqualTo("1777 0\n");
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+work@gw")) {
            terminal.awaitPrompt();
            var server = gateway.ssh(shed + "@gw", "tmux display -p '#{pid}'")
                    .orFail()
                    .strip();

            assertThat(terminal.ask("$(tmux display -p '#{pid}')")).isEqualTo(server);
            assertThat(terminal.ask("$(env -u TMUX tmux display -p '#{pid}')")).isEqualTo(server);
            assertThat(terminal.ask("$(env -i tmux display -p '#{pid}')")).isEqualTo(server);
            assertThat(Place.inside(shed, "tmux", "display", "-p", "#{pid}")
                            .orFail()
                            .strip())
                    .isEqualTo(server);
        }
    }

    @Test
    void aServerThatHasLostItsSocketIsWoken() throws Exception {
        var shed = gateway.place().newShed();
        var server = startInTmp(shed);
        assertThat(sessions(shed)).as("a server of before").containsExactly("old");

        for (var loss :
                List.of("rm /tmp/tmux-*/default", "rm -r /tmp/tmux-*", EMPTY_TMP, "rm -rf ${TMUX_TMPDIR:?}/*")) {
            gateway.ssh(shed + "@gw", loss).orFail();

            assertThat(sessions(shed)).as(loss).containsExactly("old");
            var pane = "tmux capture-pane -p -t old; tmux display -p -t old '#{pid}'";
            assertThat(gateway.ssh(shed + "@gw", pane).orFail()).as(loss).contains(server);
        }
        gateway.ssh(shed + "@gw", EMPTY_TMP).orFail();
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+old@gw")) {
            terminal.awaitPrompt();
            assertThat(terminal.ask("$(tmux display -p '#{pid}')")).isEqualTo(server);
        }
    }

    @Test
    void aLostServerWhoseSuccessorIsInTmpIsNotMistaken() throws Exception {
        var shed = gateway.place().newShed();
        gateway.ssh(shed + "@gw", "tmux new -d -s first").orFail();
        gateway.ssh(shed + "@gw", "tmux kill-server").orFail();
        var server = startInTmp(shed);

        assertThat(sessions(shed)).containsExactly("old");
        assertThat(gateway.ssh(shed + "@gw", "tmux display -p '#{pid}'")
                        .orFail()
                        .strip())
                .isEqualTo(server);
        // A server that is ending still takes clients for a moment.
        var next = "tmux kill-server; for i in $(seq 50); do tmux new -d -s next && break; sleep 0.1; done";
        gateway.ssh(shed + "@gw", next).orFail();
        assertThat(sessions(shed)).containsExactly("next");
    }

    /// What `tmux -L` and `tmux new -t` have made. A server that does not answer, and a socket that nobody listens
    /// on, hold nothing up.
    @Test
    void serversOnOtherSocketsAndGroupsAreShownAndCounted() throws Exception {
        var shed = gateway.place().newShed();
        gateway.ssh(
                        shed + "@gw",
                        "tmux new -d -s base; tmux new -d -t base -s pair; tmux -L other new -d -s elsewhere;"
                                + " tmux -L gone new -d; tmux -L gone kill-server; tmux -L stuck new -d;"
                                + " kill -STOP $(tmux -L stuck display -p '#{pid}')")
                .orFail();

        // A server has half a second to answer, which a busy machine does not always give it.
        var rows = Await.get(
                "the sessions of each server that answers",
                Await.PATIENCE,
                () -> rows(gateway.ssh("-s", shed + "@gw", "sessions").orFail()),
                seen -> seen.size() > 3);
        assertThat(rows)
                .containsExactly(
                        "SHED SESSION STATUS CREATED WINDOWS GROUP SOCKET",
                        shed + " base detached just now 1 base -",
                        shed + " pair detached just now 1 base -",
                        shed + " elsewhere detached just now 1 - other");
        var kill = gateway.ssh("-s", shed + "@gw", "kill elsewhere");
        assertThat(kill.status()).isEqualTo(66);
        assertThat(kill.err()).contains("ssh -t " + shed + "@HOST \"tmux -L other attach -t elsewhere\"");
        try (var terminal = Terminal.ssh(gateway.place(), "-t", shed + "@gw", "tmux -L other attach -t elsewhere")) {
            terminal.awaitPrompt();
        }
        gateway.ssh(shed + "@gw", "tmux kill-server; pkill -KILL -f 'L stuck'").orFail();
        assertThat(sessions(shed)).as("no server on the usual socket").containsExactly("elsewhere");
        assertThat(gateway.ssh("shed@gw", "stop " + shed).orFail()).contains("ended 1 session)");
    }

    /// As iTerm2 does it.
    @Test
    void aTerminalInControlModeIsAttached() throws Exception {
        var shed = gateway.place().newShed();
        gateway.ssh(shed + "@gw", "tmux new -d -s base").orFail();
        var follower = gateway.place().client(shed + "@gw", "-s", "events").start();
        try (var _ = Terminal.ssh(gateway.place(), "-t", shed + "@gw", "tmux -CC attach -t base")) {
            var seen = Await.get(
                    "the client in control mode",
                    Await.PATIENCE,
                    () -> gateway.ssh("-s", shed + "@gw", "sessions --json").orFail(),
                    text -> text.contains("\"attached\":true"));
            assertThat(seen).containsOnlyOnce("\"terminal\"").contains("\"control_mode\":true");
        } finally {
            follower.destroy();
        }
    }

    @Test
    void inAContainerThatIsReadOnlyAndHasNoPorter() throws Exception {
        staysFound(foreign("--read-only", "--tmpfs", "/tmp", "--tmpfs", "/run"));
    }

    @Test
    void inAContainerThatSomebodyElseMadeForAnotherUser() throws Exception {
        staysFound(foreign("--label", "shed.user=1234:1234"));
    }

    @Test
    void aLargeFileInTmpIsNotTheShedsMemory() throws Exception {
        var shed = gateway.place().newName();
        gateway.ssh("shed@gw", "create " + shed + " --memory 128MiB").orFail();
        gateway.ssh(shed + "@gw", "tmux new -d -s agent 'exec sleep 4000'").orFail();

        gateway.ssh(shed + "@gw", "head -c 200M /dev/zero >/tmp/big && stat -c %s /tmp/big")
                .orFail();

        assertThat(sessions(shed)).containsExactly("agent");
    }

    private static List<String> rows(String table) {
        return table.replaceAll(" +", " ").lines().toList();
    }

    private static void staysFound(String shed) throws IOException {
        gateway.ssh(shed + "@gw", "tmux new -d -s stays-" + shed).orFail();
        var before = sessions(shed);
        gateway.ssh(shed + "@gw", EMPTY_TMP).orFail();

        assertThat(before).contains("stays-" + shed);
        assertThat(sessions(shed)).isEqualTo(before);
    }

    /// A server on the socket that tmux takes by itself, as those of earlier versions; its process id.
    private static String startInTmp(String shed) throws IOException {
        inside(shed, "env", "-u", "TMUX_TMPDIR", "tmux", "-u", "new-session", "-d", "-s", "old")
                .orFail();
        return inside(shed, "env", "-u", "TMUX_TMPDIR", "tmux", "display-message", "-p", "#{pid}")
                .orFail()
                .strip();
    }

    private static Result inside(String shed, String... words) throws IOException {
        return Place.inside(shed, words);
    }

    private static List<String> sessions(String shed) throws IOException {
        var table = gateway.ssh("-s", shed + "@gw", "sessions").orFail();
        return table.lines().skip(1).map(line -> line.split(" +", -1)[1]).toList();
    }

    private static String foreign(String... options) throws IOException {
        var name = gateway.place().newName();
        var words = new ArrayList<>(List.of("run", "-d", "--init", "--name", "shed-" + name));
        words.addAll(List.of("--label", "shed=true", "--label", "shed.name=" + name));
        words.addAll(List.of(options));
        words.addAll(List.of(Place.IMAGE, "sleep", "infinity"));
        Place.docker(words.toArray(String[]::new)).orFail();
        return name;
    }
}
