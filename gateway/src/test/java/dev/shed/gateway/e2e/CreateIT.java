package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.e2e.Run.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// `create --repo`: from everywhere that git clones from, with progress; and nothing half-made when it fails.
@Execution(ExecutionMode.CONCURRENT)
class CreateIT {
    private static Place place;
    private static GitServer server;
    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        place = Place.make();
        place.authorize("git", "role=\"user\"");
        server = GitServer.start(place.path("srv"), place.path("id_git"));
        var variables = Files.writeString(place.path("env"), "# for every shed\nFROM_FILE=yes and 'no'\nBOTH=file\n");
        gateway = LiveGateway.startForAll(
                place,
                new GatewayConfig.Create(
                        "file:///srv/",
                        "accept-new",
                        List.of(server.repositories() + ":/srv/repos", server.keys() + ":/home/dev/.ssh:rw"),
                        Optional.of(variables)));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        gateway.close();
    }

    private static void assertCloned(String shed, String directory) throws IOException {
        assertThat(gateway.ssh(shed + "@gw", "git -C /workspace/" + directory + " log --format=%s")
                        .orFail())
                .isEqualTo("large\nfirst\n");
    }

    private static void assertNothingIsLeft(String shed) throws IOException {
        assertThat(Place.docker("ps", "-aq", "--filter", "label=shed.name=" + shed)
                        .out())
                .isEmpty();
        assertThat(Place.docker("volume", "ls", "-q", "--filter", "name=shed-" + shed)
                        .out())
                .isEmpty();
        assertThat(place.state().resolve("run").resolve(shed)).doesNotExist();
        assertThat(place.state().resolve("creating")).isDirectoryNotContaining("glob:**/" + shed + ".*");
    }

    private static Result create(String shed, String repository) throws IOException {
        return gateway.ssh("shed@gw", "create " + shed + " --repo " + repository);
    }

    @Test
    void fromAFile() throws Exception {
        var shed = place.newName();
        var result = create(shed, "file:///srv/repos/demo.git");
        assertThat(result.orFail()).isEqualTo("created " + shed + "\nssh " + shed + "@HOST\n");
        assertThat(result.err()).isEqualTo("""
                cloning file:///srv/repos/demo.git
                Cloning into '/workspace/demo'...
                """);
        assertCloned(shed, "demo");
        assertThat(gateway.ssh(shed + "@gw", "echo \"$FROM_FILE $BOTH\"").orFail())
                .isEqualTo("yes and 'no' file\n");
    }

    @Test
    void aNameGoesToTheForgeAndABranchIsCheckedOut() throws Exception {
        var shed = place.newName();
        // `repos/demo` on the forge `file:///srv/`.
        gateway.ssh("shed@gw", "create " + shed + " --repo repos/demo --branch other --env BOTH=option")
                .orFail();
        assertThat(gateway.ssh(shed + "@gw", "git -C /workspace/demo log --format=%s; echo $BOTH")
                        .orFail())
                .isEqualTo("first\noption\n");
        try (var terminal = Terminal.ssh(place, shed + "@gw")) {
            terminal.awaitPrompt();
            assertThat(terminal.ask("$PWD")).isEqualTo("/workspace/demo");
        }
        assertThat(gateway.ssh("-s", shed + "@gw", "info").orFail())
                .contains("repo         file:///srv/repos/demo.git\n", "directory    /workspace/demo\n");
    }

    @Test
    void submodulesComeWithTheirOption() throws Exception {
        var shed = place.newName();
        gateway.ssh("shed@gw", "create " + shed + " --repo file:///srv/repos/whole.git --recurse-submodules")
                .orFail();
        assertThat(gateway.ssh(shed + "@gw", "git -C /workspace/whole/part log --format=%s")
                        .orFail())
                .isEqualTo("first\n");
    }

    @Test
    void overHttpTheDumbWayAndTheSmartWay() throws Exception {
        var dumb = place.newName();
        create(dumb, server.http("demo.git")).orFail();
        assertCloned(dumb, "demo");
        var smart = place.newName();
        var lines = gateway.ssh("shed@gw", "create " + smart + " --json --repo " + server.http("cgi-bin/git/demo.git"))
                .orFail();
        assertThat(lines.lines())
                .contains("{\"progress\":{\"stage\":\"creating\",\"message\":\"creating " + smart
                        + " from shed-base:latest\"}}")
                .anyMatch(line -> line.contains("\"stage\":\"cloning\",\"message\":\"Receiving objects: "))
                .last()
                .asString()
                .startsWith("{\"name\":\"" + smart + "\",\"status\":\"running\"");
        assertCloned(smart, "demo");
    }

    @Test
    void aTokenIsToldToGitAndKeptNowhere() throws Exception {
        var shed = place.newName();
        var address = server.http("t0k%2Fn", "demo.git");
        var made = create(shed, address);
        made.orFail();
        assertCloned(shed, "demo");
        var places = List.of(
                made.said(),
                gateway.ssh("shed@gw", "list --json").orFail(),
                gateway.ssh("-s", shed + "@gw", "info --json").orFail(),
                gateway.ssh(shed + "@gw", "cat /workspace/demo/.git/config; env")
                        .orFail(),
                Place.docker("inspect", "shed-" + shed).orFail(),
                Place.docker("volume", "inspect", "shed-" + shed + "-workspace").orFail(),
                gateway.audit().events().toString());
        assertThat(places).noneMatch(text -> text.contains("t0k"));
        assertThat(places.get(3)).contains("url = " + address.replace("t0k%2Fn@", ""));

        var refused = create(place.newName(), server.http("wr0ng", "demo.git"));
        assertThat(refused.status()).isEqualTo(79);
        assertThat(refused.err()).contains("Authentication failed").doesNotContain("wr0ng");
    }

    /// The gateway is the server as well: git's own transport over it.
    @Test
    void overSshWithProgressOnTheTerminal() throws Exception {
        var source = place.newShed();
        Place.inside(source, "git", "clone", "-q", "--bare", "/srv/repos/demo.git", "/workspace/demo.git")
                .orFail();
        var shed = place.newName();
        try (var terminal = Terminal.ssh(
                place, "-t", "shed@gw", "create " + shed + " --repo " + sshTo(source, "workspace/demo.git"))) {
            assertThat(terminal.status()).isZero();
            assertThat(terminal.screen())
                    .contains("creating " + shed + " from", "Receiving objects: 100%", "created " + shed);
        }
        assertCloned(shed, "demo");
    }

    @Test
    void ofTwoAtOnceOneWins() throws Exception {
        var shed = place.newName();
        var both = place.sh(
                "ssh shed@gw create %1$s --repo repos/small & a=$!; ssh shed@gw create %1$s --repo repos/small;"
                                .formatted(shed)
                        + " b=$?; wait $a; echo $((b + $?))");
        assertThat(both.out()).contains("created " + shed).endsWith("\n73\n");
        assertThat(both.err()).contains("there is a shed '" + shed + "' already");
        assertThat(Place.docker("ps", "-q", "--filter", "label=shed.name=" + shed)
                        .out())
                .hasLineCount(1);
        assertThat(gateway.ssh(shed + "@gw", "ls /workspace/small | head -n 1").orFail())
                .isEqualTo("file-1\n");
    }

    @Test
    void aFullDiskLeavesTheWorkspaceThatWasThereAndNothingElse() throws Exception {
        var shed = place.newName();
        var volume = "shed-" + shed + "-workspace";
        Place.docker("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=1m,uid=1000", volume)
                .orFail();
        var result = create(shed, "/srv/repos/demo.git");
        assertThat(result.status()).as(result.said()).isEqualTo(79);
        assertThat(result.err()).contains("No space left on device");
        assertThat(Place.docker("volume", "ls", "-q", "--filter", "name=" + volume)
                        .out())
                .isEqualTo(volume + "\n");
        Place.docker("volume", "rm", volume).orFail();
        assertNothingIsLeft(shed);
    }

    @Test
    void aClientThatIsKilledLeavesNothing() throws Exception {
        var shed = place.newName();
        try (var terminal = Terminal.ssh(place, "-t", "shed@gw", "create " + shed + " --repo " + server.stalled())) {
            terminal.await("Cloning into");
            assertThat(gateway.ssh("shed@gw", "list").orFail()).containsPattern(shed + " +creating ");
            assertThat(gateway.ssh(shed + "@gw", "true").err()).contains("is not ready: it is being created");
            terminal.process().destroyForcibly();
        }
        Await.until("nothing is left", () -> isGone(shed));
        assertNothingIsLeft(shed);
    }

    @Test
    void ctrlCEndsItAndLeavesNothing() throws Exception {
        var shed = place.newName();
        try (var terminal = Terminal.ssh(place, "-t", "shed@gw", "create " + shed + " --repo " + server.stalled())) {
            terminal.await("Cloning into");
            terminal.press("C-c");
            assertThat(terminal.status()).isEqualTo(79);
        }
        assertNothingIsLeft(shed);
    }

    @Test
    void aKilledGatewayRemovesWhatItLeftAndNothingElse() throws Exception {
        try (var killed = ChildGateway.start()) {
            var finished = killed.place().newShed();
            var shed = killed.place().newName();
            var client = killed.place()
                    .client("shed@gw", "create " + shed + " --repo " + server.stalled())
                    .redirectErrorStream(true)
                    .start();
            var said = new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
            while (!Run.line(said).startsWith("Cloning into")) {
                // The lines before.
            }
            killed.kill();
            assertThat(isGone(shed)).isFalse();
            killed.startAgain();
            Await.until("nothing is left", () -> isGone(shed));
            assertThat(Place.docker("volume", "ls", "-q", "--filter", "name=shed-" + shed)
                            .out())
                    .isEmpty();
            assertThat(killed.ssh(finished + "@gw", "echo there").orFail()).isEqualTo("there\n");
            Await.until("it is forgotten", () -> isEmpty(killed.place().state().resolve("creating")));
        }
    }

    private static boolean isGone(String shed) throws IOException {
        return Place.docker("ps", "-aq", "--filter", "label=shed.name=" + shed)
                        .out()
                        .isEmpty()
                && Place.docker("volume", "ls", "-q", "--filter", "name=shed-" + shed)
                        .out()
                        .isEmpty();
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private static void assertNotCloned(String repository, String... words) throws IOException {
        var shed = place.newName();
        var result = create(shed, repository);
        assertThat(result.status()).as(result.said()).isEqualTo(79);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("shed: cannot clone " + repository + ": ")
                .contains(words);
        assertNothingIsLeft(shed);
    }

    @Test
    void aMissingRepositoryLeavesNothing() throws Exception {
        assertNotCloned(
                "file:///srv/repos/nosuch.git", "'/srv/repos/nosuch.git' does not appear to be a git repository");
        assertNotCloned(server.http("nosuch.git"), "repository '" + server.http("nosuch.git/") + "' not found");
    }

    @Test
    void aRefusedKeyLeavesNothing() throws Exception {
        // Where nobody has let in the key that the sheds have.
        try (var elsewhere = LiveGateway.startForAll(Place.make(), LiveGateway.CREATE)) {
            var repository =
                    "ssh://demo@" + server.host() + ":" + elsewhere.place().port() + "/demo.git";
            assertNotCloned(repository, "Permission denied (publickey)", "Could not read from remote repository");
        }
    }

    @Test
    void overHttps() throws Exception {
        assertNotCloned(server.https("demo.git"), "server certificate verification failed");
        var shed = place.newName();
        gateway.ssh(
                        "shed@gw",
                        "create " + shed + " --env GIT_SSL_CAINFO=/srv/repos/cert.pem --repo "
                                + server.https("demo.git"))
                .orFail();
        assertCloned(shed, "demo");
    }

    private static String sshTo(String user, String path) throws IOException {
        return "ssh://" + user + "@" + server.host() + ":" + place.port() + "/" + path;
    }
}
