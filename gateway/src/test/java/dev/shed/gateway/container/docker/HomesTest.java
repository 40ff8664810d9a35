package dev.shed.gateway.container.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.ContainerSpec.Bind;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where the home volume of a new shed belongs.
class HomesTest {
    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/sh
            sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
            broken
            node:x:1001:1001::/home/node:/bin/sh
            bare:x:1002:1002:::/bin/sh
            """;
    private static final String DEV = "dev:x:1000:1000:Dev,,,:/home/dev:/bin/bash\n";

    private FakeEngine engine;
    private EngineClient client;
    private Homes homes;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        engine = new FakeEngine(directory.resolve("s"))
                .on("POST /containers/create", 201, "{\"Id\":\"probe\"}")
                .on("DELETE /containers/probe", 204, "");
        client = new EngineClient(directory.resolve("s"), Duration.ofSeconds(10));
        homes = new Homes(client, "dev", "/workspace");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        engine.close();
    }

    private void passwd(String content) {
        archive(content, '0');
    }

    /// A tar archive of the file.
    private void archive(String content, char type) {
        var header = new StringBuilder("passwd" + "\0".repeat(118));
        header.append("%011o\0".formatted(content.length()))
                .append("\0".repeat(20))
                .append(type)
                .append("\0".repeat(512 - 157));
        engine.on("GET /containers/probe/archive", 200, header + content + "\0".repeat(1024));
    }

    private Optional<String> home(String config) {
        return home(config, Map.of(), List.of());
    }

    private Optional<String> home(String config, Map<String, String> variables, List<String> mounts) {
        engine.on(
                "GET /images/image/json",
                200,
                "{\"Id\":\"sha256:%x\",\"Config\":%s}".formatted(config.hashCode(), config));
        var image = client.ask(docker -> docker.inspectImageCmd("image").exec());
        var binds = mounts.stream()
                .map(target -> new Bind(Path.of("/srv"), target, true))
                .toList();
        return homes.of(
                new ContainerSpec(
                        ShedName.parse("demo"),
                        "image",
                        Map.of(),
                        variables,
                        ContainerSpec.Limits.NONE,
                        binds,
                        Optional.empty(),
                        Optional.empty()),
                image);
    }

    @Test
    void theConfiguredUserComesFirstWhereTheImageHasIt() {
        passwd(PASSWD + DEV);
        assertThat(home("{\"User\":\"node\"}")).contains("/home/dev");
        assertThat(home("{}")).contains("/home/dev");
    }

    @ParameterizedTest
    @CsvSource({
        "{}, /root",
        "{\"User\":\"\"}, /root",
        "{\"User\":\"node\"}, /home/node",
        "{\"User\":\"1001:0\"}, /home/node",
        "{\"User\":\"node:staff\"}, /home/node",
        "{\"User\":\"sshd\"},",
        "{\"User\":\"bare\"},",
        "{\"User\":\"4711\"},",
    })
    void otherwiseTheUserIsTheImages(String config, String home) {
        passwd(PASSWD);
        assertThat(home(config)).isEqualTo(Optional.ofNullable(home));
    }

    @Test
    void theLabelOfTheImageComesBeforeBoth() {
        passwd(PASSWD + DEV);
        assertThat(home("{\"User\":\"dev\",\"Labels\":{\"shed.user\":\"node\"}}"))
                .contains("/home/node");
    }

    @Test
    void aUserWithoutAnEntryHasTheHomeOfTheVariable() {
        passwd(PASSWD);
        var user = "{\"User\":\"4711\",\"Env\":[\"PATH=/bin\",\"HOME=/srv/work\"]}";
        assertThat(home(user)).contains("/srv/work");
        assertThat(home(user, Map.of("HOME", "/srv/other"), List.of())).contains("/srv/other");
        assertThat(home("{\"User\":\"node\",\"Env\":[\"HOME=/srv/work\"]}")).contains("/home/node");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "",
                "home/dev",
                "/usr/sbin",
                "/etc",
                "/tmp/x",
                "/home/../etc",
                "/workspace",
                "/workspace/dev",
                "/nonexistent",
                "/home/a\tb"
            })
    void someHomesHaveNoVolume(String home) {
        passwd("dev:x:1000:1000::" + home + ":/bin/sh\n");
        assertThat(home("{}")).isEmpty();
    }

    @Test
    void aMountAtOrAboveTheHomeReplacesTheVolume() {
        passwd(DEV);
        assertThat(home("{}", Map.of(), List.of("/home/dev/"))).isEmpty();
        assertThat(home("{}", Map.of(), List.of("/home"))).isEmpty();
        assertThat(home("{}", Map.of(), List.of("/home/dev/.ssh", "/home/de", "/srv")))
                .contains("/home/dev");
    }

    @Test
    void anImageWithoutAPlainPasswdFileHasTheVariableOnly() {
        engine.refuse("GET /containers/probe/archive", 404, "Could not find the file /etc/passwd");
        assertThat(home("{}")).isEmpty();
        archive("", '2');
        assertThat(home("{\"Env\":[\"HOME=/srv/x\"]}")).contains("/srv/x");
    }

    @Test
    void anImageIsReadOnceAndNothingIsLeft() {
        passwd(DEV);
        home("{}");
        home("{}");
        assertThat(engine.asked())
                .filteredOn(request -> request.contains("/containers/"))
                .containsExactly(
                        "POST /containers/create",
                        "GET /containers/probe/archive?path=%2Fetc%2Fpasswd",
                        "DELETE /containers/probe?v=true&force=true");
    }

    @Test
    void whatCannotBeReadIsNotTakenForAnImageWithoutAHome() {
        engine.refuse("GET /containers/probe/archive", 500, "no space left on device");
        assertThatExceptionOfType(EngineRefusedException.class).isThrownBy(() -> home("{}"));
        assertThat(engine.asked()).contains("DELETE /containers/probe?v=true&force=true");
        passwd(DEV);
        assertThat(home("{}")).contains("/home/dev");
    }

    @Test
    void anEntryWithMoreAboutTheFileIsSkipped() throws IOException {
        var more = "x".repeat(700);
        var extended = "\0".repeat(124) + "%011o\0".formatted(700) + "\0".repeat(20) + "x" + "\0".repeat(355) + more
                + "\0".repeat(324);
        var file = "\0".repeat(124) + "%011o\0".formatted(5) + "\0".repeat(20) + "0" + "\0".repeat(355) + "hello"
                + "\0".repeat(507);
        assertThat(TarFile.first(new java.io.ByteArrayInputStream((extended + file).getBytes(UTF_8)), 4))
                .asString(UTF_8)
                .isEqualTo("hell");
    }
}
