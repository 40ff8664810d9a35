package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.audit.AuditEvent.AuthRefused;
import dev.shed.gateway.container.docker.FakeEngine;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong at the start and in use is said clearly, with the right status and without a stack trace.
class ErrorsIT {
    @TempDir
    private Path temporary;

    private static final String HOST_KEY = "host_ed25519";

    private static Result serve(Place place) throws IOException {
        return Run.run(
                ChildGateway.main(
                        place, "serve", "--config", place.path("gateway.yaml").toString()),
                new byte[0]);
    }

    /// Refused at the start, with these words.
    private static void assertRefused(Result result, String... words) {
        // A library may have logged a line before; the message is a block of its own.
        assertThat("\n" + result.err()).contains("\nshed: ").contains(words).contains("\nTry:\n  expected: ");
        assertClear(result);
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(78);
    }

    private static void assertClear(Result result) {
        assertThat(result.said())
                .doesNotContain("\tat ")
                .doesNotContain("Caused by")
                .doesNotContain("Exception in");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aPortThatIsTaken() throws Exception {
        try (var place = Place.make();
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ChildGateway.writeConfig(place, taken.getLocalPort());

            assertRefused(serve(place), "listen: 127.0.0.1 port " + taken.getLocalPort(), "Address already in use");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aHostKeyThatOthersCanRead() throws Exception {
        try (var place = Place.make()) {
            var key = hostKey(place);
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

            assertRefused(serve(place), key.toString(), "the host key can be read by others", "chmod 600");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not a key\n",
                "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"
            })
    @Execution(ExecutionMode.CONCURRENT)
    void aHostKeyThatIsNone(String content) throws Exception {
        try (var place = Place.make()) {
            var key = hostKey(place);
            Files.writeString(key, content);

            assertRefused(serve(place), key.toString());
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aHostKeyThatCannotBeRead() throws Exception {
        try (var place = Place.make()) {
            var key = hostKey(place);
            // Nobody can read a directory, not even root.
            Files.delete(key);
            Files.createDirectory(
                    key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

            assertRefused(serve(place), key.toString());
        }
    }

    /// Whatever is in the way there: a file for a directory, a directory for a file.
    @ParameterizedTest
    @CsvSource({
        "'', File exists",
        "creating, Not a directory",
        "run, File exists",
        "lock/, Is a directory",
        "gateway-id/, Is a directory",
        "audit.log/, Is a directory",
        "host_ed25519.pub/full/, Directory not empty|Is a directory"
    })
    @Execution(ExecutionMode.CONCURRENT)
    void aStateDirectoryThatIsNotAsItShouldBe(String wrong, String problem) throws Exception {
        try (var place = Place.make()) {
            ChildGateway.writeConfig(place, ChildGateway.freePort());
            var path = place.state().resolve(wrong.replaceFirst("/.*", ""));
            if (wrong.contains("/")) {
                Files.createDirectories(place.state().resolve(wrong));
            } else {
                Files.createDirectories(path.getParent());
                Files.createFile(path);
            }

            var result = serve(place);

            assertThat(result.status()).as(result.said()).isEqualTo(74);
            assertThat(result.err())
                    .contains("shed: the gateway cannot use its state directory: " + path + ": ")
                    .containsPattern(
                            ": (" + problem + ")\nTry:\n  on the gateway's host: namei -l " + path + "; df -h ");
            assertClear(result);
            assertThat(result.out()).isEmpty();
        }
    }

    /// What was begun is undone, whatever step it fails at; and a shed can always be stopped.
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aStateDirectoryThatCannotBeWrittenAnyMore() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var place = gateway.place();
            var shed = place.newShed();
            var other = place.newName();
            Files.createFile(place.state().resolve("run").resolve(other));
            assertUnusable(gateway, "create " + other, "/run/" + other);
            Files.delete(place.state().resolve("run").resolve(other));

            block(place.state().resolve("creating"));
            assertUnusable(gateway, "create " + other, "/creating: File exists");
            var json = gateway.ssh("shed@gw", "create " + other + " --json");
            assertThat(json.status()).isEqualTo(74);
            assertThat(json.out()).startsWith("{\"error\":{\"code\":\"STATE_UNUSABLE\",");
            assertThat(Place.docker("ps", "-aq", "--filter", "label=shed.name=" + other)
                            .out())
                    .isEmpty();
            assertThat(Place.docker("volume", "ls", "-q", "--filter", "name=shed-" + other)
                            .out())
                    .isEmpty();

            block(place.state().resolve("stopped"));
            gateway.ssh("shed@gw", "stop " + shed).orFail();
            assertThat(gateway.ssh(shed + "@gw", "true").err()).contains("is stopped");
            gateway.ssh("shed@gw", "start " + shed).orFail();
            assertThat(gateway.ssh(shed + "@gw", "echo up").orFail()).isEqualTo("up\n");
            gateway.ssh("shed@gw", "restart " + shed).orFail();
            gateway.ssh("shed@gw", "delete --force " + shed).orFail();
        }
    }

    private static void block(Path directory) throws IOException {
        Files.deleteIfExists(directory);
        Files.createFile(directory);
    }

    private static void assertUnusable(LiveGateway gateway, String verb, String path) throws IOException {
        var result = gateway.ssh("shed@gw", verb);
        assertThat(result.err())
                .contains("shed: the gateway cannot use its state directory: "
                        + gateway.place().state() + path);
        assertThat(result.status()).isEqualTo(74);
        assertClear(result);
    }

    /// A host key as the gateway makes it, made here so that only one has to start.
    private static Path hostKey(Place place) throws IOException {
        ChildGateway.writeConfig(place, ChildGateway.freePort());
        Files.createDirectory(place.state());
        var key = place.state().resolve(HOST_KEY);
        Run.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()))
                .orFail();
        return key;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~listen: [~|1",
                "~listen:\n  prot: 22~|2: ",
                "~listen:\n  prot: 22~|listen.prot",
                "~listen:\n  port: many~|listen.port",
                "~listen:\n  port: 70000~|70000",
                "~engine:\n  host: tcp://1.2.3.4:2375~|engine.host",
                "~- a\n- list~|1",
            })
    @Execution(ExecutionMode.CONCURRENT)
    void aConfigurationThatIsWrong(String yaml, String named) throws Exception {
        try (var place = Place.make()) {
            var file = Files.writeString(place.path("gateway.yaml"), yaml);

            assertRefused(serve(place), file.toString(), named);
            assertThat(Files.exists(place.state())).isFalse();
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aConfigurationThatIsNotThere(@TempDir Path empty) throws Exception {
        try (var place = Place.make()) {
            var missing = empty.resolve("none.yaml").toString();
            var result = Run.run(ChildGateway.main(place, "serve", "--config", missing), new byte[0]);

            assertRefused(result, missing);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aSecondGatewayOnOneStateDirectory() throws Exception {
        try (var gateway = LiveGateway.start()) {
            ChildGateway.writeConfig(gateway.place(), ChildGateway.freePort());

            assertRefused(serve(gateway.place()), "another gateway uses it");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void wrongArguments() throws Exception {
        try (var place = Place.make()) {
            var result = Run.run(ChildGateway.main(place, "serve", "--nosuch"), new byte[0]);

            assertThat(result.status()).isEqualTo(64);
            assertThat(result.err())
                    .startsWith("shed: unexpected arguments: --nosuch")
                    .contains("Usage: shed-gateway");
            assertClear(result);

            var unknown = Run.run(ChildGateway.main(place, "frob"), new byte[0]);
            assertThat(unknown.status()).isEqualTo(64);
            assertThat(unknown.err()).isEqualTo("shed: there is no command 'frob'\nTry:\n  shed-gateway help\n");
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aWrongKey() throws Exception {
        try (var gateway = LiveGateway.start()) {
            gateway.place().makeKey("stranger");
            gateway.place().listensAt(gateway.place().port());

            var result = gateway.ssh("demo@gw-stranger", "true");

            assertThat(result.status()).isEqualTo(255);
            assertThat(result.err()).contains("Permission denied (publickey)");
            var refused = gateway.audit()
                    .await(AuthRefused.class, event -> event.login().equals("demo"));
            assertThat(refused.event().reason()).isNotEmpty();
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anEngineThatNeverWasThere() throws Exception {
        try (var gateway = LiveGateway.start(ssh -> ssh, URI.create("unix:///nonexistent/engine.sock"))) {
            for (var words : new String[][] {{"demo@gw", "true"}, {"-tt", "demo@gw"}, {"-s", "demo@gw", "sessions"}}) {
                assertUnavailable(gateway.ssh(words));
            }
            assertUnavailable(gateway.ssh("shed@gw", "create demo"));
            var json = gateway.ssh("shed@gw", "list --json");
            assertThat(json.status()).isEqualTo(69);
            assertThat(json.out()).startsWith("{\"error\":{\"code\":\"ENGINE_UNAVAILABLE\",");

            assertThat(gateway.ssh("shed@gw", "version").orFail()).contains("does not answer");
            assertThat(gateway.ssh("shed@gw", "whoami").orFail()).contains("admin");
        }
    }

    private static void assertUnavailable(Result result) {
        assertThat(result.said())
                .contains("shed: the container engine does not answer: ")
                .contains("on the gateway's host: docker info");
        assertClear(result);
        assertThat(result.status()).isEqualTo(69);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anEngineThatRefuses() throws Exception {
        try (var engine = new FakeEngine(temporary.resolve("engine.sock"));
                var gateway = LiveGateway.start(ssh -> ssh, engine.uri())) {
            var full = "no space left on device";
            engine.list("c1", "demo", "running").refuse("(POST|DELETE|GET) /(containers/c1|volumes)", 500, full);
            for (var words : new String[][] {
                {"demo@gw", "true"},
                {"shed@gw", "stop demo"},
                {"shed@gw", "restart demo"},
                {"shed@gw", "delete demo --force"}
            }) {
                var result = gateway.ssh(words);
                assertThat(result.err()).contains("shed: the container engine refuses: " + full + "\n");
                assertClear(result);
                assertThat(result.status()).isEqualTo(69);
            }
            var json = gateway.ssh("shed@gw", "info demo --json");
            assertThat(json.out())
                    .startsWith("{\"error\":{\"code\":\"ENGINE_REFUSED\",\"message\":\"the container engine refuses: "
                            + full);
            assertThat(json.status()).isEqualTo(69);

            engine.refuse("GET /containers/json", 500, full);
            assertThat(gateway.ssh("shed@gw", "list").err()).contains("shed: the container engine refuses: " + full);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anEngineThatStopsAndComesBack(@TempDir Path directory) throws Exception {
        try (var engine = new EngineProxy(directory.resolve("engine.sock"));
                var gateway = LiveGateway.start(ssh -> ssh, engine.uri())) {
            var shed = gateway.place().newShed();
            try (var terminal = Terminal.ssh(gateway.place(), shed + "@gw")) {
                terminal.awaitPrompt();
                terminal.enter("echo st''ill here");
                terminal.await("\nstill here");

                engine.stop();

                // Who is there already does not need the engine.
                terminal.enter("echo wor''ks on");
                terminal.await("\nworks on");
                assertThat(gateway.ssh(shed + "@gw", "echo let in").orFail()).isEqualTo("let in\n");
                assertUnavailable(gateway.ssh("shed@gw", "list"));

                engine.startAgain();
                terminal.detach();
                assertThat(terminal.status()).isZero();
            }
            assertThat(gateway.ssh(shed + "@gw", "echo back").orFail()).isEqualTo("back\n");
            try (var terminal = Terminal.ssh(gateway.place(), shed + "@gw")) {
                terminal.await("still here");
            }
        }
    }
}
