package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.ssh.forward.Forwarding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Agents that people bring to a shed: real ones, with a key each, behind the real client.
@Execution(ExecutionMode.CONCURRENT)
class AgentRelayIT {
    /// Signs with the key that the agent has, and says which one that is.
    private static final String SIGN = """
            cd "$(mktemp -d)" && ssh-add -L >key && echo x | ssh-keygen -q -Y sign -f key -n t >signed \
            && echo x | ssh-keygen -Y check-novalidate -n t -s signed | sed 's/.*SHA256/SHA256/'
            """;

    private LiveGateway gateway;
    private Place place;
    private String shed;
    private final List<Process> agents = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        gateway = LiveGateway.start();
        place = gateway.place();
        shed = place.newShed();
        Place.inside(shed, "sh", "-c", "printf '%s' \"$1\" >sign", "sh", SIGN).orFail();
    }

    @AfterEach
    void stop() throws IOException {
        agents.forEach(Process::destroy);
        gateway.close();
    }

    /// Starts an agent of somebody's.
    ///
    /// @return the fingerprint of its only key
    private String agent(String name) throws Exception {
        place.makeKey(name);
        agents.add(
                place.program("ssh-agent", "-D", "-a", socket(name).toString()).start());
        var add = "SSH_AUTH_SOCK=" + socket(name) + " ssh-add ";
        // Its socket is there a little before it listens. Status 1 is an agent without keys, and 2 is none.
        Await.until("agent", () -> place.sh(add + "-l").status() == 1);
        place.sh(add + "-q id_" + name).orFail();
        return place.sh("ssh-keygen -l -f id_" + name + " | cut -d' ' -f2")
                .orFail()
                .strip();
    }

    private Path socket(String name) {
        return place.path(name + ".agent");
    }

    /// Somebody at a terminal, in the session `work`, with his agent.
    private Terminal attach(String name) throws Exception {
        var terminal = Terminal.ssh(place, "-A", "-oIdentityAgent=" + socket(name), shed + "+work@gw");
        terminal.awaitPrompt();
        return terminal;
    }

    /// Which key something signs with that was started in the session by whoever came first.
    private String signer() throws IOException {
        return inSession("sh ~/sign").orFail().strip();
    }

    private Run.Result inSession(String command) throws IOException {
        return place.ssh(shed + "+work@gw", command);
    }

    private void awaitAttached(int clients) throws Exception {
        Await.get(
                "the clients of the session",
                Await.PATIENCE,
                () -> Place.inside(shed, "tmux", "list-clients", "-t", "=work").orFail(),
                seen -> seen.lines().count() == clients);
    }

    private void awaitSigner(String fingerprint) throws Exception {
        Await.get(
                "the key that signs",
                Await.PATIENCE,
                () -> inSession("sh ~/sign").said(),
                said -> said.strip().equals(fingerprint));
    }

    @Test
    void theNewestOnesKeySigns() throws Exception {
        var first = agent("first");
        var second = agent("second");
        try (var laptop = attach("first")) {
            assertThat(laptop.ask("$(sh ~/sign)")).isEqualTo(first);
            laptop.detach();
            laptop.status();
        }
        awaitNobodysAgent();

        try (var laptop = attach("first")) {
            assertThat(laptop.ask("$(sh ~/sign)")).isEqualTo(first);
            try (var desktop = attach("second")) {
                awaitAttached(2);
                assertThat(desktop.ask("$(sh ~/sign)")).as("reattached").isEqualTo(second);
                assertThat(signer()).as("both are there").isEqualTo(second);

                laptop.process().destroyForcibly();
                awaitAttached(1);
                assertThat(signer()).as("the first one's client was killed").isEqualTo(second);

                desktop.process().destroyForcibly();
                awaitAttached(0);
            }
            awaitNobodysAgent();
        }
        try (var laptop = attach("first")) {
            assertThat(laptop.ask("$(sh ~/sign)")).as("back again").isEqualTo(first);
        }
    }

    /// A session that an earlier gateway made looks for the agent where it was then.
    @Test
    void aSessionOfAnEarlierGatewayFindsTheAgent() throws Exception {
        var first = agent("first");
        var former =
                List.of("SSH_AUTH_SOCK=/tmp/.shed-agent/agent.sock", "tmux", "-u", "new-session", "-d", "-s", "work");
        var words = new ArrayList<>(List.of("env", "-u", "TMUX_TMPDIR"));
        words.addAll(former);
        Place.inside(shed, words.toArray(String[]::new)).orFail();
        try (var laptop = attach("first")) {
            assertThat(laptop.ask("$SSH_AUTH_SOCK $(sh ~/sign)")).isEqualTo("/tmp/.shed-agent/agent.sock " + first);
        }
    }

    @Test
    void whoWasThereBeforeSignsAgainWhenTheNewestGoes() throws Exception {
        var first = agent("first");
        agent("second");
        try (var laptop = attach("first")) {
            assertThat(laptop.ask("$(sh ~/sign)")).isEqualTo(first);
            try (var desktop = attach("second")) {
                awaitAttached(2);
                desktop.process().destroyForcibly();
            }
            awaitSigner(first);
        }
    }

    /// The connection's end is known a moment after it; from then on the answer is there at once, and it is a clear
    /// one.
    private void awaitNobodysAgent() throws Exception {
        Await.until("no agent", () -> inSession("test -e $SSH_AUTH_SOCK").status() == 1);
        var refused = inSession("ssh-add -l");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.said()).contains("Error connecting to agent: No such file or directory");
    }

    @Test
    void nobodyButTheShedsUserCanOpenIt() throws Exception {
        agent("first");
        try (var laptop = attach("first")) {
            laptop.ask("$(ssh-add -l)");
            var asked = "id -u; SSH_AUTH_SOCK=" + Forwarding.agentSocket() + " ssh-add -l";

            var stranger = Place.docker("exec", "-u", "nobody", "shed-" + shed, "sh", "-c", asked);
            assertThat(stranger.status()).isEqualTo(2);
            assertThat(stranger.said()).contains("65534").contains("Error connecting to agent: Permission denied");
            assertThat(Place.inside(shed, "sh", "-c", asked).orFail()).contains("first (ED25519)");
        }
    }

    /// Another user of the container who is there first has neither the agent of who comes nor what a session trusts.
    @Test
    void aPlaceThatSomebodyElseMadeIsTakenBack() throws Exception {
        agent("first");
        var directory = Path.of(Forwarding.agentSocket()).getParent();
        for (var trap : List.of(
                "mkdir -p " + directory + "/full",
                "ln -s /home/dev " + directory,
                "mkdir -p -m 777 /tmp/open; ln -s /tmp/open " + directory)) {
            Place.docker("exec", "-u", "root", "shed-" + shed, "rm", "-rf", directory.toString())
                    .orFail();
            Place.docker("exec", "-u", "nobody", "shed-" + shed, "sh", "-c", trap)
                    .orFail();

            var login = place.ssh(
                    "-A",
                    "-oIdentityAgent=" + socket("first"),
                    shed + "@gw",
                    "stat -c '%U %a %F' " + directory + "; ssh-add -L; echo $SSH_AUTH_SOCK");
            assertThat(login.out())
                    .as(trap)
                    .startsWith("dev 700 directory\n")
                    .contains(" first")
                    .endsWith(Forwarding.agentSocket() + "\n");
        }
        var stranger = Place.docker("exec", "-u", "nobody", "shed-" + shed, "rmdir", directory.toString());
        assertThat(stranger.said()).contains("Operation not permitted");
    }

    /// Whoever starts tmux's server in a fresh shed, its sessions know where the agent is.
    @Test
    void sessionsFindTheAgentAlsoWhereEventsStartedTheServer() throws Exception {
        var first = agent("first");
        var events = place.client("-s", shed + "@gw", "events").start();
        try {
            Await.get(
                    "the server that the watch starts",
                    Await.PATIENCE,
                    () -> Place.inside(shed, "tmux", "show-environment", "-g").said(),
                    said -> said.contains("SSH_AUTH_SOCK=" + Forwarding.agentSocket()));
            try (var laptop = attach("first")) {
                assertThat(laptop.ask("$(sh ~/sign)")).isEqualTo(first);
            }
        } finally {
            events.destroyForcibly();
        }
    }
}
