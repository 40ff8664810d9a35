package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `delete --keep-volume`, and `create` again: the work is there, and whatever would not fit it is said.
class KeptWorkspaceIT {
    private static Place place;
    private static GitServer server;
    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        place = Place.make();
        place.authorize("git", "role=\"user\"");
        server = GitServer.start(place.path("srv"), place.path("id_git"));
        gateway = LiveGateway.start(
                place,
                new GatewayConfig.Create(
                        "file:///srv/",
                        "accept-new",
                        List.of(server.repositories() + ":/srv/repos"),
                        Optional.empty()));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        gateway.close();
    }

    @Test
    void theRepositoryIsUsedAsItIsAndRememberedWithoutBeingNamed() throws Exception {
        var shed = kept();

        var again = lobby("create " + shed + " --repo repos/demo");
        assertThat(again.orFail()).startsWith("created " + shed);
        assertThat(again.err()).isEqualTo("using file:///srv/repos/demo.git as it is in the workspace\n");
        assertAsItWas(shed);
        remove(shed);

        var unnamed = lobby("create " + shed);
        assertThat(unnamed.orFail()).startsWith("created " + shed);
        assertThat(unnamed.err()).isEmpty();
        assertAsItWas(shed);
    }

    @Test
    void anotherBranchIsLeftToWhoeverWantsIt() throws Exception {
        var shed = kept();

        assertThat(lobby("create " + shed + " --repo repos/demo --branch main").err())
                .doesNotContain("--branch");
        remove(shed);
        var other = lobby("create " + shed + " --repo repos/demo --branch other");
        other.orFail();
        var advice = "git -C /workspace/demo checkout other";
        assertThat(other.err())
                .contains("shed: --branch is ignored: the workspace has main checked out; to switch: " + advice + "\n");
        assertAsItWas(shed);
        gateway.ssh(shed + "@gw", advice).orFail();
        assertThat(lines(shed, "git -C /workspace/demo log --format=%s; cat /workspace/demo/new"))
                .isEqualTo("first\nwork\n");
    }

    @Test
    void anotherRepositoryIsRefusedAndTheWorkspaceKept() throws Exception {
        var shed = kept();

        var result = lobby("create " + shed + " --repo repos/small");
        assertThat(result.status()).isEqualTo(73);
        assertThat(result.err()).isEqualTo("""
                shed: the workspace of '%1$s' was kept and has file:///srv/repos/demo.git in /workspace/demo, not file:///srv/repos/small.git
                Try:
                  to use the existing repository: ssh shed@HOST create %1$s
                  to use another name: ssh shed@HOST create NAME --repo file:///srv/repos/small.git
                """.formatted(shed));
        assertThat(lobby("info " + shed).status()).isEqualTo(66);
        lobby("create " + shed).orFail();
        assertAsItWas(shed);
    }

    /// As docs/operations.md says, of a shed as earlier versions made them.
    @Test
    void theHomeOfAnEarlierShedMovesIntoAVolume() throws Exception {
        var shed = place.newName();
        var labels = List.of("--label", "shed=true", "--label", "shed.name=" + shed);
        var words = new ArrayList<>(List.of("run", "-d", "--init", "--name", "shed-" + shed));
        words.addAll(labels);
        words.addAll(List.of("-v", "shed-" + shed + "-workspace:/workspace", Place.IMAGE, "sleep", "infinity"));
        Place.docker(words.toArray(String[]::new)).orFail();
        lines(shed, "mkdir -m 700 ~/.agent; echo login >~/.agent/token; chmod 600 ~/.agent/token");
        assertThat(lobby("info " + shed).orFail()).contains("home         -\n");

        gateway.ssh("-s", shed + "@gw", "restart").orFail();
        lines(shed, "tar -C ~ --one-file-system -czf /workspace/.home.tgz .");
        remove(shed);
        lobby("create " + shed).orFail();
        lines(shed, "tar -C ~ -xzf /workspace/.home.tgz && rm /workspace/.home.tgz");

        assertThat(lobby("info " + shed).orFail()).contains("home         shed-" + shed + "-home\n");
        assertThat(lines(shed, "stat -c '%U %a' ~/.agent ~/.agent/token; cat ~/.agent/token"))
                .isEqualTo("dev 700\ndev 600\nlogin\n");
    }

    /// A workspace without a shed, with work in it.
    private static String kept() throws IOException {
        var shed = place.newName();
        lobby("create " + shed + " --repo repos/demo").orFail();
        gateway.ssh(shed + "@gw", "echo work >/workspace/demo/new").orFail();
        remove(shed);
        return shed;
    }

    private static void remove(String shed) throws IOException {
        lobby("delete " + shed + " --force --keep-volume").orFail();
    }

    private static void assertAsItWas(String shed) throws IOException {
        assertThat(lines(shed, "cd /workspace/demo; cat new; git status --short --branch"))
                .isEqualTo("work\n## main...origin/main\n?? new\n");
        assertThat(lobby("info " + shed).orFail())
                .contains("repo         file:///srv/repos/demo.git\n", "directory    /workspace/demo\n");
        assertThat(place.sh("SHED_CWD=@workspace ssh -o SendEnv=SHED_CWD " + shed + "@gw pwd")
                        .orFail())
                .isEqualTo("/workspace/demo\n");
    }

    private static String lines(String shed, String command) throws IOException {
        return gateway.ssh(shed + "@gw", command).orFail();
    }

    private static Result lobby(String line) throws IOException {
        return gateway.ssh("shed@gw", line);
    }
}
