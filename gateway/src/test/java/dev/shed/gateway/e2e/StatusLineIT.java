package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.inside;
import static dev.shed.gateway.e2e.Place.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The marks of windows in the status line, as attached clients of different sizes show them.
@Timeout(240)
@Execution(ExecutionMode.CONCURRENT)
class StatusLineIT {
    /// Tells what it does as a plugin does: each line that it reads is a state. At the end of its input it ends.
    private static final String AGENT = """
            #!/bin/sh
            records=${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents
            mkdir -p "$records"
            start=$(cut -d' ' -f22 /proc/$$/stat)
            state=$1
            while
                printf '{"version":1,"pid":%s,"procStart":"%s","state":"%s","kind":"permission","since":%s}' \\
                    $$ "$start" "$state" "$(date +%s%3N)" >"$records/$$.new"
                mv "$records/$$.new" "$records/$$.json"
                echo "now $state"
                read -r state
            do :; done
            """;

    private static LiveGateway gateway;
    private static String shed;

    /// The image of this machine may be older than tmux.conf.
    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
        put("~/.tmux.conf", Files.readString(Path.of("..", "config", "tmux.conf")));
        put("~/opencode", AGENT);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static void put(String file, String text) throws Exception {
        var coded = Base64.getEncoder().encodeToString(utf8(text));
        inside(shed, "sh", "-c", "echo " + coded + " | base64 -d >" + file + " && chmod +x " + file)
                .orFail();
    }

    private static void tmux(String... words) throws Exception {
        var all = new String[words.length + 1];
        all[0] = "tmux";
        System.arraycopy(words, 0, all, 1, words.length);
        inside(shed, all).orFail();
    }

    /// A session whose first window has a shell, and others an agent each.
    private static void open(String session, String... states) throws Exception {
        tmux("-u", "new-session", "-d", "-s", session, "-n", "shell");
        for (var state : states) {
            tmux("new-window", "-d", "-t", "=" + session + ":", "-n", "agent", "~/opencode " + state + "; exec cat");
        }
    }

    private static Terminal attach(String session, int columns, int rows) throws Exception {
        return Terminal.open(gateway.place(), columns, rows, "ssh " + shed + "+" + session + "@gw");
    }

    private static void awaitLine(Terminal terminal, int rows, String wanted) throws Exception {
        Await.get(
                "the status line",
                Await.PATIENCE,
                () -> terminal.rows().size() < rows ? "" : terminal.rows().getLast(),
                line -> line.matches(wanted));
    }

    @ParameterizedTest
    @CsvSource({
        "phone, 40, 12, '\\[phone\\] 0:shell\\*%s 1%s 2%s 3%s 4%s 5%s +\\?', '\\[phone\\] 0-%s 1%s 2%s 3:agent\\*%s 4%s 5%s +\\?'",
        "desk, 80, 24, '\\[desk\\] 0:shell\\*%s 1:agent%s 2:agent%s 3:agent%s 4:agent%s 5:agent%s +\\d\\d:\\d\\d \\?', '\\[desk\\] 0:shell-%s 1:agent%s 2:agent%s 3:agent\\*%s 4:agent%s 5:agent%s +\\d\\d:\\d\\d \\?'",
        "wall, 140, 30, '\\[wall\\] 0:shell\\*%s 1:agent%s 2:agent%s 3:agent%s 4:agent%s 5:agent%s +\".*', '\\[wall\\] 0:shell-%s 1:agent%s 2:agent%s 3:agent\\*%s 4:agent%s 5:agent%s +\".*'",
    })
    void eachWindowShowsWhatItsAgentDoes(String session, int columns, int rows, String first, String third)
            throws Exception {
        open(session, "blocked", "error", "done", "working", "idle");
        try (var terminal = attach(session, columns, rows)) {
            awaitLine(terminal, rows, first.formatted("", "\\?", "x", "\\+", "&", ""));

            Await.get("the title", Await.PATIENCE, terminal::title, title -> title.startsWith("? " + session + ":0"));

            terminal.press("C-b", "3");
            awaitLine(terminal, rows, third.formatted("", "\\?", "x", "", "&", ""));

            terminal.press("C-b", "0");
            terminal.press("C-b", "3");
            tmux("send-keys", "-t", "=" + session + ":4", "done", "Enter");
            awaitLine(terminal, rows, third.formatted("", "\\?", "x", "", "\\+", ""));

            tmux("send-keys", "-t", "=" + session + ":2", "C-d");
            awaitLine(terminal, rows, third.formatted("", "\\?", "", "", "\\+", ""));
        }
    }

    /// The name of the session is as long as one can be.
    @ParameterizedTest
    @CsvSource({"20, 10", "40, 12", "80, 24", "99, 24", "100, 24", "119, 24", "120, 30", "159, 30", "160, 30"})
    void manyWindowsDoNotHideTheActiveOneNorThatSomebodyIsNeeded(int columns, int rows) throws Exception {
        var session = "a-session-with-a-long-name-" + "x".repeat(34) + columns + "x".repeat(columns < 100 ? 1 : 0);
        open(session, "blocked");
        for (int i = 2; i <= 40; i++) {
            tmux("new-window", "-d", "-t", "=" + session + ":", "-n", "a-window-with-a-long-name");
        }
        tmux("select-window", "-t", "=" + session + ":20");
        try (var terminal = attach(session, columns, rows)) {
            awaitLine(terminal, rows, columns < 60 ? ".*[ <]20:.* \\?" : ".*[ <]20:a-window-with-a-long-name\\*.* \\?");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "40, 12, '\\[a#\\[fg=red\\]bc~\\] 0:w#\\[bg=red\\]x ~\\*'",
        "80, 24, '\\[a#\\[fg=red\\]bcdefgh80\\] 0:w#\\[bg=red\\]x yz\\* .*'"
    })
    void aNameIsNoStyle(int columns, int rows, String wanted) throws Exception {
        var session = "styled-" + columns;
        tmux("-u", "new-session", "-d", "-s", session, "-n", "w#[bg=red]x yz");
        try (var terminal = attach(session, columns, rows)) {
            terminal.awaitPrompt();
            tmux("-u", "rename-session", "-t", "=" + session, "a#[fg=red]bcdefgh" + columns);
            awaitLine(terminal, rows, wanted);
        }
    }

    /// A gateway that was killed has left behind what was true then.
    @Test
    void whatWasLeftBehindIsCorrected() throws Exception {
        open("left", "working", "idle");
        tmux("set-option", "-w", "-t", "=left:0", "@shed_status", "needs-approval");
        tmux("set-option", "-w", "-t", "=left:1", "@shed_status", "failed");
        try (var terminal = attach("left", 80, 24)) {
            awaitLine(terminal, 24, "\\[left\\] 0:shell\\* 1:agent& 2:agent .*");
        }
        assertThat(inside(shed, "tmux", "show", "-wqv", "-t", "=left:0", "@shed_status")
                        .out())
                .isEmpty();
    }
}
