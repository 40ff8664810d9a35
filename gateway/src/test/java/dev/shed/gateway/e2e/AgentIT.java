package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A coding agent, driven from end to end by plain ssh: `send`, `wait`, `peek`, `events`, and no sleep anywhere.
class AgentIT {
    /// A full-screen program that draws a spinner while it works, asks a question, rings the bell and waits.
    private static final String AGENT = """
            import os, time, tty
            tty.setraw(0)
            def draw(text):
                os.write(1, ("\\033[2J\\033[H" + text).encode())
            def title(text):
                os.write(1, ("\\033]2;" + text + "\\033\\\\").encode())
            def line():
                text = b""
                while not text.endswith(b"\\r"):
                    text += os.read(0, 1)
                    os.write(1, text[-1:] if text[-1:].isalnum() else b"")
                return text.replace(b"\\033[200~", b"").replace(b"\\033[201~", b"").strip().decode()
            os.write(1, b"\\033[?1049h\\033[?2004h")
            draw("> ")
            while True:
                title("\\u2733 ready")
                task = line()
                for frame in "\\u280b\\u2819\\u2838\\u2834\\u2826" * 2:
                    title(frame + " " + task)
                    draw(frame + " working on " + task)
                    time.sleep(0.1)
                draw("done: " + task + "\\r\\nkeep it? [y/n] \\a")
                draw(line() + ", kept: " + task + "\\r\\n> ")
            """;

    /// Shell for one round with the agent; A is the address and N the number of the round.
    private static final String ROUND = """
            set -e
            ssh -s "$A" "send 'task $N'"
            ssh -s "$A" 'wait --until bell --timeout 60s'
            ssh -s "$A" peek
            ssh -s "$A" 'send y'
            ssh -s "$A" "wait --match '^y, kept: task $N$' --timeout 60s"
            """;

    @Test
    @Timeout(240)
    @Execution(ExecutionMode.CONCURRENT)
    void anAgentIsDrivenTenTimes() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var place = gateway.place();
            var shed = place.newShed();
            var script = Base64.getEncoder().encodeToString(utf8(AGENT));
            gateway.ssh(shed + "@gw", "echo " + script + " | base64 -d >/tmp/agent.py")
                    .orFail();
            gateway.ssh(shed + "@gw", "tmux -u new-session -d -s agent -x 100 -y 30 python3 /tmp/agent.py")
                    .orFail();
            gateway.ssh("-s", shed + "+agent@gw", "wait --match '^> ' --timeout 60s")
                    .orFail();
            try (var follower = Follower.of(place, shed)) {
                for (int round = 1; round <= 10; round++) {
                    var said = place.sh("A=" + shed + "+agent@gw N=" + round + "\n" + ROUND)
                            .orFail();
                    assertThat(said).contains("done: task " + round + "\n", "keep it? [y/n]");
                }
                gateway.ssh("-s", shed + "+agent@gw", "wait --for 1s").orFail();

                assertThat(follower.told().stream().filter("session-bell agent"::equals))
                        .hasSize(10);
            }
        }
    }
}
