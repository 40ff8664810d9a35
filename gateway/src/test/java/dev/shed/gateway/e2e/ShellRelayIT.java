package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.Await;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `agents.relay: all`: the shell of each pane has a relay, with the real engine and tmux.
@Timeout(120)
class ShellRelayIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ChildGateway gateway;
    private static Place place;

    @BeforeAll
    static void start() throws Exception {
        gateway = ChildGateway.configured("agents: {relay: all}\n");
        place = gateway.place();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static JsonNode front(String shed) throws Exception {
        return JSON.readTree(Run.whole(() -> place.ssh("-s", shed + "@gw", "sessions --json")))
                .path("sessions")
                .path(0);
    }

    private static void awaitFront(String shed, String field, String value) throws Exception {
        Await.get(
                field + " is " + value,
                Await.PATIENCE,
                () -> front(shed),
                session -> session.path(field).asText().equals(value));
    }

    private static String shown(String shed, String format) throws IOException {
        return place.ssh(shed + "@gw", "tmux list-panes -a -F '" + format + "'").orFail();
    }

    @Test
    void whatAPlainShellPrintsIsTheStatus() throws Exception {
        var shed = place.newShed();
        try (var terminal = Terminal.ssh(place, "-t", shed + "@gw")) {
            terminal.awaitPrompt();
            terminal.enter("printf '\\033]7501;state=blocked:kind=question:msg=drop it?\\033\\\\'");
            awaitFront(shed, "status", "needs-input");
            assertThat(front(shed).path("message").asText()).isEqualTo("drop it?");
            assertThat(front(shed).path("source").asText()).isEqualTo("osc");

            terminal.enter(
                    "printf '\\033]7501;state=clear\\a'; echo \"<$0 $SHLVL>\"; shopt -q login_shell && echo 'a login'' shell'");
            terminal.await("<-bash 1>");
            terminal.await("a login shell");
            awaitFront(shed, "status", "idle");

            terminal.press("C-b", "c");
            Await.get(
                    "a second window with a relay",
                    Await.PATIENCE,
                    () -> shown(shed, "#{pane_current_command} #{pane_current_path}"),
                    panes -> panes.equals("bash /workspace\nbash /workspace\n"));
        }
    }

    /// A tmux server that ran before is changed by the next login; a command of somebody's own stays.
    @Test
    void aServerThatRunsGetsItUnlessItHasACommand() throws Exception {
        var shed = place.newShed();
        place.ssh(shed + "@gw", "tmux new-session -d -s main").orFail();
        assertThat(defaultCommand(shed)).isEmpty();
        try (var terminal = Terminal.ssh(place, "-t", shed + "@gw")) {
            Await.get("the command", Await.PATIENCE, () -> defaultCommand(shed), text -> text.contains("--relay"));
            place.ssh(shed + "@gw", "tmux set-option -g default-command 'exec sh'")
                    .orFail();
            terminal.detach();
            assertThat(terminal.status()).isZero();
        }
        try (var terminal = Terminal.ssh(place, "-t", shed + "@gw")) {
            terminal.awaitPrompt();
            assertThat(defaultCommand(shed)).isEqualTo("exec sh");
        }
    }

    private static String defaultCommand(String shed) throws IOException {
        return place.ssh(shed + "@gw", "tmux show-options -gv default-command")
                .orFail()
                .strip();
    }

    /// As in a container that has been replaced, or once the gateway has been.
    @Test
    void withoutTheProgramThereIsAShell() throws Exception {
        var shed = place.newShed();
        try (var terminal = Terminal.ssh(place, "-t", shed + "@gw")) {
            terminal.awaitPrompt();
            place.ssh(shed + "@gw", "tmux set-environment -g SHED_RELAY_PROGRAM /no/such/program")
                    .orFail();
            terminal.press("C-b", "c");
            terminal.enter("echo \"<${SHED_RELAY:-none}>\"; shopt -q login_shell && echo 'a login'' shell'");
            terminal.await("<none>");
            terminal.await("a login shell");
        }
    }
}
