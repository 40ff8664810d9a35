package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.config.GatewayConfig.Listen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What other programs do with the aliases of `shed ssh-config`; and `doctor`, `config` and `open`.
class SshConfigIT {
    /// What would lead every login elsewhere, if it were asked first.
    private static final String CONTRARY = """
            User bob
            Port 9
            Host *
              StrictHostKeyChecking no
              UserKnownHostsFile /dev/null
              RemoteCommand /bin/false
            """;

    // Addresses that no other test listens on: what is closed on them stays closed.
    private static final String DOWN = "127.0.0.3";
    private static final String CHANGED = "127.0.0.4";

    private static TwoServers servers;

    @BeforeAll
    static void start() throws Exception {
        servers = TwoServers.start();
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    private static Path config(Desk desk) {
        return desk.home().resolve(".ssh").resolve("config");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Exercises({
        "ssh-config",
        "ssh-config --all",
        "ssh-config --install",
        "ssh-config --dry-run",
        "ssh-config --uninstall",
        "ssh-config --force",
        "ssh-config --server"
    })
    void programsOfSshReachShedsByTheirAliases() throws Exception {
        var desk = servers.desk();
        var first = servers.shedOfOne();
        var second = servers.shedOfTwo();
        Files.writeString(config(desk), CONTRARY);

        assertThat(desk.shed("ssh-config", "--all", "--dry-run").orFail())
                .contains("\n+Host shed-" + first + " shed-" + first + ".one\n", "\n Host *\n");
        assertThat(desk.shed("ssh-config", second).orFail()).contains("Host shed-" + second);
        assertThat(desk.shed("ssh-config", "--server", "two").orFail())
                .contains("Host shed-" + second)
                .doesNotContain("Host shed-" + first);
        assertThat(config(desk)).hasContent(CONTRARY);
        desk.shed("ssh-config", "--all", "--install", "--force").orFail();

        assertThat(desk.sh("ssh shed-" + first + " hostname").orFail()).isEqualTo(first + "\n");
        assertThat(desk.sh("ssh shed-" + second + ".two hostname").orFail()).isEqualTo(second + "\n");
        assertThat(desk.sh("SHED_SESSION=" + first + " ssh shed-no-such-shed hostname")
                        .orFail())
                .isEqualTo(first + "\n");
        assertThat(desk.sh("ssh " + first + "@shed-anything hostname").orFail()).isEqualTo(first + "\n");
        filesComeAndGo(desk, "shed-" + second);

        desk.shed("ssh-config", "--uninstall").orFail();
        assertThat(Files.readAllBytes(config(desk))).isEqualTo(CONTRARY.getBytes(UTF_8));
        Files.delete(config(desk));
    }

    private static void filesComeAndGo(Desk desk, String alias) throws IOException {
        Files.writeString(desk.home().resolve("a file"), "by hand\n");
        desk.sh("scp 'a file' " + alias + ":by-scp").orFail();
        desk.sh("rsync -a " + alias + ":by-scp by-rsync").orFail();
        assertThat(desk.home().resolve("by-rsync")).hasContent("by hand\n");
        desk.sh("echo 'get by-scp by-sftp' | sftp -b - " + alias).orFail();
        assertThat(desk.home().resolve("by-sftp")).hasContent("by hand\n");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Exercises({"open", "open --editor", "open --cwd", "open --server"})
    void anEditorIsStartedOnTheShed() throws Exception {
        try (var desk = Desk.make();
                var gateway = TwoServers.serve(desk, "solo", new Listen("127.0.0.1", 0))) {
            var shed = gateway.place().newShed("solo");
            assertThat(desk.shed("open", shed, "--editor", "code").status()).isEqualTo(69);
            desk.script("code", "printf '%s\\n' \"$@\" >\"$HOME/opened\"\n");
            assertThat(desk.shed("open", shed, "--editor", "code").status()).isEqualTo(78);
            desk.shed("ssh-config", "--install").orFail();
            desk.shed("open", shed).orFail();
            assertThat(desk.home().resolve("opened"))
                    .hasContent("--remote\nssh-remote+shed-" + shed + "\n/workspace\n");
            desk.shed("open", "-s", "solo", shed, "--editor", "code", "--cwd", "/tmp/$(id)")
                    .orFail();
            assertThat(desk.home().resolve("opened")).content().endsWith("\n/tmp/$(id)\n");
            desk.shed("open", shed, "-C", "src/a b").orFail();
            assertThat(desk.home().resolve("opened")).content().endsWith("\n/workspace/src/a b\n");
            assertThat(desk.shed("ssh-config", shed, "--install").said()).contains("is up to date");
            assertThat(desk.shed("ssh-config", "solo-new", "--install").orFail())
                    .startsWith("wrote ");
            assertThat(desk.shed("ssh-config", "solo-new", "--install").err())
                    .isEqualTo("shed: server 'solo' has no shed 'solo-new' yet; to create it: shed create solo-new\n");
            var unknown = desk.shed("open", "solo-nosuch");
            assertThat(unknown.status()).isEqualTo(66);
            assertThat(unknown.err()).contains("no shed 'solo-nosuch'");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Exercises({"doctor", "doctor --json", "doctor --server", "config", "config --json"})
    void theDoctorTellsServersApart() throws Exception {
        try (var desk = Desk.make();
                var up = TwoServers.serve(desk, "up", new Listen("127.0.0.1", 0))) {
            var healthy = desk.shed("doctor");
            assertThat(healthy.said())
                    .contains("ok    server up: gateway ", "ok    keys: ")
                    .doesNotContain("fail");
            assertThat(healthy.status()).isZero();

            int down;
            int changed;
            try (var one = TwoServers.serve(desk, "down", new Listen(DOWN, 0));
                    var two = TwoServers.serve(desk, "changed", new Listen(CHANGED, 0))) {
                down = one.place().port();
                changed = two.place().port();
            }
            try (var impostor = LiveGateway.startAt(Place.make(), new Listen(CHANGED, changed))) {
                var sick = desk.shed("doctor");
                assertThat(sick.status()).isEqualTo(69);
                assertThat(sick.out())
                        .contains("ok    server up: ", "fail  server down: ", "Connection refused")
                        .contains("fail  server changed: ", "HAS CHANGED from SHA256:", "-> shed server add");
                var one = desk.shed("doctor", "-s", "up");
                assertThat(one.out()).contains("ok    server up: ").doesNotContain("server down");
                assertThat(one.status()).as(one.said()).isZero();
                assertThat(desk.shed("doctor", "--json").out())
                        .startsWith("{\"ok\":false,\"checks\":[")
                        .contains("{\"about\":\"server up\",\"status\":\"ok\"");
                assertThat(impostor.place().port()).isEqualTo(changed);
            }
            assertThat(desk.shed("config").orFail())
                    .containsPattern("servers.down.port +" + down + " +\\S+/config.yaml:[0-9]+\n");
            assertThat(desk.shed("config", "--json").orFail()).contains("{\"key\":\"default\",\"value\":\"up\"");
            assertThat(up.place().port()).isPositive();
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Exercises({"ssh-config --all", "ssh-config --install"})
    void aServerThatIsDownKeepsItsEntries() throws Exception {
        try (var desk = Desk.make();
                var up = TwoServers.serve(desk, "up", new Listen("127.0.0.1", 0))) {
            String gone;
            try (var down = TwoServers.serve(desk, "down", new Listen(DOWN, 0))) {
                gone = down.place().newShed("down");
                desk.shed("ssh-config", "--all", "--install").orFail();
            }
            var here = up.place().newShed("up");
            var partly = desk.shed("ssh-config", "--all", "--install");
            assertThat(partly.status()).isEqualTo(69);
            assertThat(partly.err()).contains("server 'down'", "its entries are kept");
            assertThat(config(desk)).content().contains("Host shed-" + gone, "Host shed-" + here);
        }
    }
}
