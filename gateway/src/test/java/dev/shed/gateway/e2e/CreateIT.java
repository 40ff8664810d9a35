package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.nio.file.Files;
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
                        "file:///srv/repos/",
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
        assertThat(place.state().resolve("creating")).isEmptyDirectory();
    }

    private static Result create(String shed, String repository) throws IOException {
        return gateway.ssh("shed@gw", "create " + shed + " --repo " + repository);
    }

    @Test
    void overHttpTheSmartWay() throws Exception {
        var shed = place.newName();
        create(shed, server.http("cgi-bin/git/demo.git")).orFail();
        assertCloned(shed, "demo");
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
        // Nobody's login name: the gateway lets the key in and knows no such shed.
        assertNotCloned(sshTo("nosuch-" + place.newName(), "x.git"), "there is no shed", "Could not read from remote");
    }

    private static String sshTo(String user, String path) throws IOException {
        return "ssh://" + user + "@" + GitServer.host() + ":" + place.port() + "/" + path;
    }
}
