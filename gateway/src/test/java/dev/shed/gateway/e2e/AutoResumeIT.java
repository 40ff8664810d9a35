package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.config.Agents;
import dev.shed.gateway.config.Notifications;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `agents.resume: auto`, with an agent that keeps a record as Claude Code does. On an engine of its own, since the
/// gateway resumes the agents of all sheds there.
@Timeout(180)
class AutoResumeIT {
    private static final String ID = "0b7d2f0e-1111-2222-3333-444455556666";

    private static final String CLAUDE = """
            #!/bin/bash
            records=$HOME/.claude/sessions
            mkdir -p "$records" "$HOME/.claude/projects/-workspace"
            : >"$HOME/.claude/projects/-workspace/%1$s.jsonl"
            read -r stat </proc/$$/stat
            set -- "$*" ${stat##*) }
            printf '{"pid":%%s,"procStart":"%%s","sessionId":"%1$s","cwd":"%%s","status":"idle","tmux":"%%s:@0.%%%%0","updatedAt":1}' \\
                $$ "${21}" "$PWD" "$(tmux display-message -p '#{session_name}')" >"$records/$$.json"
            echo "called with: $1"
            while :; do sleep 0.2; done
            """.formatted(ID);

    private static OwnEngine engine;
    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        engine = OwnEngine.start();
        gateway = LiveGateway.start(engine.uri(), new Agents("run", "auto", "attached"), Notifications.NONE);
    }

    @AfterAll
    static void stop() throws Exception {
        try (var _ = engine) {
            gateway.close();
        }
    }

    /// A shed with an agent in each of these sessions.
    private static String shedWith(String... sessions) throws Exception {
        var shed = gateway.place().newShed();
        var script = "cat >/usr/bin/claude <<'END'\n" + CLAUDE + "END\nchmod 755 /usr/bin/claude";
        engine.docker("exec", "-u", "0", "shed-" + shed, "bash", "-c", script).orFail();
        for (var session : sessions) {
            lobby("run " + shed + " " + session + " -- claude");
            awaitShown(shed, session, "called with:");
        }
        return shed;
    }

    private static String lobby(String line) throws IOException {
        return gateway.ssh("shed@gw", line).orFail();
    }

    private static void awaitShown(String shed, String session, String text) throws Exception {
        Await.get(
                session + " shows " + text,
                Await.PATIENCE,
                () -> gateway.ssh("shed@gw", "peek " + shed + " " + session + " --join")
                        .out(),
                screen -> screen.contains(text));
    }

    private static List<Map<String, Object>> resumed(String shed) {
        return resumed(gateway, shed);
    }

    private static List<Map<String, Object>> resumed(LiveGateway by, String shed) {
        return by.audit().events().stream()
                .filter(AuditEvent.SessionResumed.class::isInstance)
                .map(AuditEvent::fields)
                .filter(fields -> fields.get("shed").equals(shed))
                .toList();
    }

    private static void awaitResumed(String shed, int times) throws Exception {
        Await.until("resumed " + times + " times", () -> resumed(shed).size() >= times);
        assertThat(resumed(shed)).hasSize(times);
    }

    @Test
    void afterEachStartEachAgentIsBackOnce() throws Exception {
        var shed = shedWith("one", "two");
        lobby("stop " + shed);
        lobby("start " + shed);
        awaitShown(shed, "one", "called with: --resume " + ID);
        awaitShown(shed, "two", "called with: --resume " + ID);
        awaitResumed(shed, 2);
        assertThat(resumed(shed).getFirst())
                .containsEntry("agent", "claude-code")
                .containsEntry("conversation", ID)
                .containsEntry("outcome", "done");
        assertThat(lobby("sessions " + shed)).doesNotContain("resumable");

        lobby("restart " + shed);
        awaitShown(shed, "two", "called with: --resume " + ID);
        awaitResumed(shed, 4);
    }

    /// Whoever logs in to the session finds the agent, and no new shell.
    @Test
    void aLoginThatStartsTheShedFindsTheAgent() throws Exception {
        var shed = shedWith("agent");
        lobby("stop " + shed);
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+agent@gw")) {
            terminal.await("called with: --resume " + ID);
            terminal.detach();
        }
        awaitResumed(shed, 1);
    }

    /// Makes tmux take two seconds to start an agent.
    private static final String SLOW_TMUX = """
            tmux=$(command -v tmux)
            mv "$tmux" "$tmux-itself"
            cat >"$tmux" <<END
            #!/bin/sh
            case "\\$*" in *new-session*claude*) sleep 2 ;; esac
            exec $tmux-itself "\\$@"
            END
            chmod 755 "$tmux"
            """;

    /// Whoever logs in meanwhile: nobody has started the shed by that.
    @Test
    void soDoesOneThatComesBeforeTheAgentIsBack() throws Exception {
        var shed = shedWith("one", "two");
        engine.docker("exec", "-u", "0", "shed-" + shed, "bash", "-c", SLOW_TMUX)
                .orFail();
        lobby("stop " + shed);
        lobby("start " + shed);
        try (var plain = Terminal.ssh(gateway.place(), shed + "+plain@gw");
                var two = Terminal.ssh(gateway.place(), shed + "+two@gw")) {
            plain.awaitPrompt();
            two.await("the agent of session 'two' is being resumed");
            two.await("called with: --resume " + ID);
            plain.detach();
            two.detach();
        }
        awaitResumed(shed, 2);
        assertThat(lobby("sessions " + shed)).doesNotContain("resumable");
    }

    /// The engine starts it again, as it does after a crash or with the host.
    @Test
    void afterAStartByTheEngine() throws Exception {
        var shed = shedWith("agent");
        engine.docker("restart", "-t", "0", "shed-" + shed).orFail();
        awaitShown(shed, "agent", "called with: --resume " + ID);
        awaitResumed(shed, 1);
    }

    /// With live-restore its containers go on. The gateway hears then of each shed that it runs, as after a start.
    @Test
    void anEngineThatIsKilledEndsNoAgent() throws Exception {
        var shed = shedWith("agent");
        var before = processes(shed);
        engine.kill();
        engine.startAgain();
        Await.until(
                "the gateway has the engine again",
                () -> gateway.ssh("shed@gw", "list").out().contains(shed));
        var later = shedWith("later");
        lobby("restart " + later);
        awaitResumed(later, 1);

        assertThat(processes(shed)).isEqualTo(before);
        assertThat(lobby("sessions " + shed)).contains("agent").doesNotContain("resumable");
        assertThat(resumed(shed)).isEmpty();
    }

    private static String processes(String shed) throws IOException {
        return engine.docker("exec", "-u", "dev", "shed-" + shed, "tmux", "list-panes", "-a", "-F", "#{pane_pid}")
                .orFail();
    }

    /// Also by a gateway that begins later, as after its own restart: what ended since then stays resumable. It has
    /// more to do in another shed, whose start is noted no more, and is done with this one when it has done that.
    @Test
    void neverTwiceForOneStart() throws Exception {
        var other = shedWith("one", "two", "three", "four");
        var shed = shedWith("agent");
        lobby("restart " + shed);
        awaitShown(shed, "agent", "called with: --resume " + ID);
        awaitResumed(shed, 1);
        endSessions(shed);
        endSessions(other);
        inside(other, "rm -f ~/.local/state/shed/sessions/.start");

        try (var later = LiveGateway.start(engine.uri(), new Agents("run", "auto", "attached"), Notifications.NONE)) {
            Await.until("the other is resumed", () -> resumed(later, other).size() == 4);
            assertThat(resumed(later, shed)).isEmpty();
        }
        assertThat(lobby("sessions " + shed)).contains("resumable");
        assertThat(resumed(shed)).hasSize(1);
        assertThat(resumed(other)).isEmpty();
    }

    /// Without a word from anybody.
    private static void endSessions(String shed) throws Exception {
        inside(shed, "kill -9 $(tmux display-message -p '#{pid}')");
        Await.until("it is resumable", () -> lobby("sessions " + shed).contains("resumable"));
    }

    private static void inside(String shed, String line) throws IOException {
        engine.docker("exec", "-u", "dev", "shed-" + shed, "bash", "-c", line).orFail();
    }
}
