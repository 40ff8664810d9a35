package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.docker.Engines;
import dev.shed.gateway.container.docker.LiveShed;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Containers that are made in other ways than the gateway makes them: a command in one has the rights that
/// `docker exec -u` of the same user gives it, no more and no fewer, whoever starts it.
class ContainerKindsIT {
    /// Who it is and what it may do, a line each; the order of groups says nothing.
    private static final String RIGHTS = "id -u; id -g; id -G | tr ' ' '\\n' | sort -n | tr '\\n' ' '; echo; "
            + "grep -E '^(Cap|NoNewPrivs|Seccomp)' /proc/self/status";

    private static final String CARRIED = "its porter, over an exec";
    private static final String ALL = "--cap-drop=ALL";
    private static final String NNP = "--security-opt=no-new-privileges";

    private final ShedName name = LiveShed.freshName();
    private Path directory;
    private ContainerAccess access;

    @BeforeEach
    void start(@TempDir Path temporary) {
        directory = temporary;
        access = PorterSheds.access("kinds-it", directory);
    }

    @AfterEach
    void remove() throws Exception {
        docker("rm", "--force", "--volumes", "shed-" + name);
        access.close();
    }

    /// Who starts processes there, whom they run as, and how the container is made.
    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of("its porter", "dev", List.of()),
                Arguments.of("its porter", "dev", List.of(ALL)),
                Arguments.of("its porter", "dev", List.of(ALL, NNP)),
                Arguments.of("its porter", "dev", List.of("--user=dev", NNP)),
                Arguments.of("its porter", "dev", List.of("--user=nobody", ALL, "--group-add=999")),
                Arguments.of("its porter", "dev", List.of("--cap-drop=SETUID")),
                Arguments.of("its porter", "dev", List.of("--cap-drop=SETGID")),
                Arguments.of(
                        "its porter", "dev", List.of("--cap-add=NET_ADMIN", "--group-add=video", "--group-add=4242")),
                Arguments.of("its porter", "root", List.of(ALL, "--user=root", "--label=shed.user=root")),
                Arguments.of("its porter", "root", List.of("--label=shed.user=root", "--group-add=999")),
                Arguments.of("its porter", "nobody", List.of("--label=shed.user=nobody", "--group-add=999")),
                Arguments.of("its porter", "12345:23456", List.of("--label=shed.user=12345:23456", "--group-add=999")),
                Arguments.of("its porter", "12345", List.of("--label=shed.user=12345", ALL, NNP, "--group-add=999")),
                Arguments.of("its porter", "dev", List.of("--tmpfs=/tmp:rw,noexec", "--read-only")),
                Arguments.of(CARRIED, "dev", List.of("--user=root")),
                Arguments.of(CARRIED, "dev", List.of(ALL, NNP, "--group-add=999")),
                Arguments.of(CARRIED, "12345", List.of("--label=shed.user=12345", "--group-add=999")),
                Arguments.of(CARRIED, "dev", List.of("--tmpfs=/tmp:rw,noexec", "--group-add=video")),
                Arguments.of(CARRIED, "dev", List.of("--cap-drop=SETUID")),
                Arguments.of(CARRIED, "dev", List.of("--cap-drop=SETGID")),
                Arguments.of(CARRIED, "dev", List.of("--user=dev", NNP)),
                Arguments.of(CARRIED, "dev", List.of("--read-only", "--volume=/.shed")),
                Arguments.of(CARRIED, "dev", List.of("--read-only", "--volume=/.shed", ALL, NNP)),
                Arguments.of("the engine", "dev", List.of("--read-only", ALL)),
                Arguments.of(
                        "the engine", "12345", List.of("--read-only", "--label=shed.user=12345", "--group-add=999")));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aCommandHasTheRightsOfTheEnginesExec(String starter, String user, List<String> options) throws Exception {
        var shed = shed(starter, options);

        var rights = shed.run(shed.argv("sh", "-c", RIGHTS));

        assertThat(rights.err()).isEmpty();
        assertThat(rights.out()).isEqualTo(docker("exec", "-u", user, "shed-" + name, "sh", "-c", RIGHTS));
        assertThat(access.runtime().starter(shed.container())).contains(starter);
        try (var process = access.runtime().start(shed.terminal("xterm", new Program.Argv(List.of("sleep", "3333"))))) {
            Await.until("it runs", Engines.LONG, () -> shed.processes("sleep 3333") > 0);
            assertThat(process).isNotNull();
        }
        Await.until("it was hung up", Engines.LONG, () -> shed.processes("sleep 3333") == 0);
    }

    /// It is declared to be of another one: the porter is of the kernel's.
    @Test
    void anImageOfAnotherArchitectureWithoutAShellWillDo(@TempDir Path context) throws Exception {
        var other = System.getProperty("os.arch").equals("aarch64") ? "linux/amd64" : "linux/arm64";
        var image = "shed-test-other:" + name;
        BareImage.build(context, image, "--platform", other);
        try {
            var shed = shed(CARRIED, List.of("--platform", other), image);

            assertThat(shed.run(shed.argv("sleep", "hello")))
                    .isEqualTo(new LiveShed.Result(ExitStatus.of(3), "hello", ""));
            assertThat(access.runtime().starter(shed.container())).contains(CARRIED);
        } finally {
            docker("rm", "--force", "shed-" + name);
            docker("rmi", "--force", image);
        }
    }

    @Test
    void anEngineWithoutMeansSaysWhyNoPorterCanRun() throws Exception {
        var engine = Engines.engine("kinds-it-porters-only");
        var portersOnly = (ContainerEngine) Proxy.newProxyInstance(
                ContainerEngine.class.getClassLoader(),
                new Class<?>[] {ContainerEngine.class},
                (_, method, arguments) ->
                        method.getName().equals("plainExec") ? Optional.empty() : method.invoke(engine, arguments));
        shed("the engine", List.of("--read-only"));
        try (var strict = PorterSheds.over(portersOnly, PorterSheds.directory())) {
            var shed = new LiveShed(strict, strict.engine().find(name).orElseThrow());

            assertThatThrownBy(() -> shed.sh("true")).isInstanceOfSatisfying(ShedException.class, e -> {
                assertThat(e.failure().kind()).isEqualTo(Failure.Kind.SHED_NOT_READY);
                assertThat(e.failure().message())
                        .contains("no porter can run in its container", "rootfs is marked read-only");
                assertThat(e.failure().hint()).contains("a volume at /.shed");
            });
        }
    }

    @ParameterizedTest
    @MethodSource("starters")
    void aUserWithoutAnEntryHasWhatTheContainerWasMadeWith(String starter, List<String> options) throws Exception {
        var made = new ArrayList<>(options);
        made.addAll(List.of("--label=shed.user=12345", "--env=HOME=/tmp", "--env=SHELL=/bin/bash", "--env=USER=maker"));
        var shed = shed(starter, made);

        assertThat(shed.sh("echo $HOME $USER $SHELL $0; pwd").out())
                .isEqualTo("/tmp maker /bin/bash %s\n/tmp\n"
                        .formatted(starter.equals("the engine") ? "/bin/bash" : "bash"));
    }

    @ParameterizedTest
    @MethodSource("starters")
    void aUserWithoutAnythingLivesAtTheRoot(String starter, List<String> options) throws Exception {
        var made = new ArrayList<>(options);
        made.add("--label=shed.user=12345");
        var shed = shed(starter, made);

        assertThat(shed.sh("echo $HOME $USER $LOGNAME; pwd").out()).isEqualTo("/ 12345 12345\n/\n");
    }

    static Stream<Arguments> starters() {
        return Stream.of(
                Arguments.of("its porter", List.of()),
                Arguments.of("its porter", List.of(ALL)),
                Arguments.of(CARRIED, List.of()),
                Arguments.of(CARRIED, List.of(ALL)),
                Arguments.of("the engine", List.of("--read-only")));
    }

    @Test
    void socketsWorkWhereThePorterCannotChangeUsers() throws Exception {
        var shed = shed("its porter", List.of(ALL, NNP));
        var path = "/tmp/kinds.sock";
        var connected = new CompletableFuture<String>();

        try (var listener = access.runtime()
                .listen(shed.container(), new Endpoint.Unix(path), ContainerListener.Mode.KEEP, (socket, _, _) -> {
                    try (socket) {
                        connected.complete("accepted");
                    }
                })) {
            assertThat(listener.isOpen()).isTrue();
            assertThat(shed.sh("stat -c '%U %a' " + path).out()).isEqualTo("dev 600\n");
            var socket = access.runtime().dial(shed.container(), new Endpoint.Unix(path));
            try (socket) {
                socket.receive(new Ignoring());
            }
            assertThat(connected.get(20, TimeUnit.SECONDS)).isEqualTo("accepted");
        }
    }

    private static final class Ignoring implements ContainerSocket.Receiver {
        @Override
        public void connected() {}

        @Override
        public void data(byte[] source, int offset, int length) {}

        @Override
        public void pause() {}
    }

    private LiveShed shed(String starter, List<String> options) throws Exception {
        return shed(starter, options, Engines.IMAGE);
    }

    private LiveShed shed(String starter, List<String> options, String image) throws Exception {
        var words = new ArrayList<>(List.of("run", "--detach", "--name=shed-" + name, "--label=shed=true"));
        words.add("--label=shed.name=" + name);
        if (starter.equals("its porter")) {
            var own = Files.createDirectory(directory.resolve(name.value()));
            words.add("--volume=" + own + ":/run/shed:ro");
        }
        words.addAll(options);
        words.addAll(List.of(image, "sleep", "infinity"));
        assertThat(docker(words.toArray(String[]::new))).isNotEmpty();
        return new LiveShed(access, access.engine().find(name).orElseThrow());
    }

    private static String docker(String... words) throws IOException {
        var command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
