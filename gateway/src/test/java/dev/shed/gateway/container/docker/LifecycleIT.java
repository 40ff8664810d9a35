package dev.shed.gateway.container.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifecycleIT {
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final DockerEngine engine = Engines.engine("lifecycle-it");
    private final ContainerAccess access = new ContainerAccess(engine, new PlainRuntime(engine));
    private final ShedName name = LiveShed.freshName();
    private final ContainerSpec spec = new ContainerSpec(name, Engines.IMAGE, Map.of("shed.owner", "ada"));

    @AfterEach
    void remove() throws Exception {
        engine.find(name).ifPresent(container -> engine.remove(container, true));
        docker("volume", "rm", "-f", spec.volumeName(), spec.homeVolumeName());
        access.close();
    }

    @Test
    void versionIsForPeople() {
        assertThat(engine.version()).matches("Docker Engine \\S+ \\(API \\d+\\.\\d+\\)");
    }

    @Test
    void aShedLives() {
        var made = engine.create(spec);
        assertThat(made.state()).isEqualTo(State.STOPPED);
        assertThat(made.image()).isEqualTo(Engines.IMAGE);
        assertThat(made.workspaceVolume()).contains(spec.volumeName());
        assertThat(made.labels()).containsEntry("shed.owner", "ada").containsEntry("shed.name", name.value());
        assertThat(Instant.parse(made.labels().getOrDefault("shed.created", "")))
                .isBefore(Instant.now());

        engine.start(made);
        engine.start(made);
        assertThat(state()).contains(State.RUNNING);
        assertThat(engine.list()).extracting(Container::shed).contains(name);

        engine.stop(made, GRACE);
        engine.stop(made, GRACE);
        assertThat(state()).contains(State.STOPPED);
        assertFailure(() -> access.runtime().start(new LiveShed(access, made).argv("true")), Failure.Kind.SHED_STOPPED);

        engine.remove(made, true);
        engine.remove(made, true);
        assertThat(state()).isEmpty();
        assertFailure(() -> engine.start(made), Failure.Kind.SHED_NOT_FOUND);
        assertFailure(
                () -> access.runtime().start(new LiveShed(access, made).argv("true")), Failure.Kind.SHED_NOT_FOUND);
    }

    @Test
    void theContainerIsAMachineToWorkOn() throws Exception {
        engine.start(engine.create(spec));
        var shed = new LiveShed(access, engine.find(name).orElseThrow());

        assertThat(shed.sh("hostname; touch /workspace/x && echo writable; stat -c %a /tmp")
                        .out())
                .isEqualTo(name + "\nwritable\n1777\n");
        assertThat(shed.sh("printf '#!/bin/sh\\necho executable' >/tmp/x; chmod +x /tmp/x; /tmp/x")
                        .out())
                .isEqualTo("executable\n");
        assertThat(docker("inspect", "-f", "{{.HostConfig.Init}} {{.HostConfig.RestartPolicy.Name}}", containerName()))
                .isEqualTo("true unless-stopped");
        assertThat(docker("volume", "inspect", "-f", "{{.Labels}}", spec.volumeName()))
                .isEqualTo("map[shed:true shed.name:" + name + "]");
    }

    @Test
    void pausedShedIsNotReady() throws Exception {
        engine.start(engine.create(spec));
        docker("pause", containerName());

        assertThat(state()).contains(State.PAUSED);
        assertFailure(
                () -> access.runtime()
                        .start(new LiveShed(access, engine.find(name).orElseThrow()).argv("true")),
                Failure.Kind.SHED_NOT_READY);
    }

    @Test
    void exactlyOneOfTenCreatorsWins() throws Exception {
        var calls = new ArrayList<Future<Container>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10; i++) {
                calls.add(threads.submit(() -> engine.create(spec)));
            }
        }

        assertThat(calls)
                .filteredOn(call -> call.state() == Future.State.SUCCESS)
                .hasSize(1);
        assertThat(calls)
                .filteredOn(call -> call.state() == Future.State.FAILED)
                .allSatisfy(call -> assertThat(call.exceptionNow())
                        .isInstanceOfSatisfying(
                                ShedException.class,
                                e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.SHED_ALREADY_EXISTS)));
        engine.start(engine.find(name).orElseThrow());
        assertThat(docker("volume", "inspect", "-f", "{{.Name}}", spec.volumeName()))
                .isEqualTo(spec.volumeName());
    }

    @Test
    void nothingIsLeftWithoutAnImage() throws Exception {
        for (var image : List.of("no-such-image:1", "../containers", "UPPER:x:y")) {
            assertFailure(() -> engine.create(new ContainerSpec(name, image, Map.of())), Failure.Kind.IMAGE_NOT_FOUND);
        }
        assertThat(state()).isEmpty();
        assertThat(docker("volume", "ls", "-q", "-f", "name=" + spec.volumeName()))
                .isEmpty();
    }

    /// `docker network prune` removes it while all its containers are stopped.
    @Test
    void aNetworkThatWasRemovedAndMadeAgainIsJoined() throws Exception {
        var network = "shed-" + name + "-net";
        docker("network", "create", network);
        try {
            var made = engine.create(new ContainerSpec(
                    name,
                    Engines.IMAGE,
                    Map.of(),
                    Map.of(),
                    ContainerSpec.Limits.NONE,
                    List.of(),
                    Optional.of(network),
                    Optional.empty()));
            engine.start(made);
            engine.stop(made, Duration.ZERO);
            docker("network", "rm", network);
            assertFailure(() -> engine.start(made), Failure.Kind.CONFIG);
            docker("network", "create", network);

            engine.start(made);

            assertThat(docker("inspect", "-f", "{{json .NetworkSettings.Networks}}", made.id()))
                    .contains(network, "\"IPAddress\":\"1");
            engine.remove(made, true);
        } finally {
            docker("network", "rm", network);
        }
    }

    @Test
    void aKeptWorkspaceIsUsedAgain() throws Exception {
        engine.start(engine.create(spec));
        new LiveShed(access, engine.find(name).orElseThrow()).sh("echo kept > /workspace/note");
        engine.remove(engine.find(name).orElseThrow(), false);

        engine.start(engine.create(spec));

        assertThat(new LiveShed(access, engine.find(name).orElseThrow())
                        .sh("cat /workspace/note")
                        .out())
                .isEqualTo("kept\n");
    }

    @Test
    void theHomeIsAVolumeThatIsFilledFromTheImageAndOutlivesTheContainer() throws Exception {
        engine.start(engine.create(spec));
        var shed = new LiveShed(access, engine.find(name).orElseThrow());
        assertThat(shed.container().homeVolume()).contains(spec.homeVolumeName());
        assertThat(docker("volume", "inspect", "-f", "{{.Labels}}", spec.homeVolumeName()))
                .isEqualTo("map[shed:true shed.home:/home/dev shed.name:" + name + "]");
        assertThat(shed.sh("stat -c '%U %a' ~ ~/.ssh; ls -A ~/.hushlogin; echo login >~/.token")
                        .out())
                .isEqualTo("dev " + homeMode() + "\ndev 700\n/home/dev/.hushlogin\n");

        assertThat(engine.remove(shed.container(), false)).isEqualTo(new ContainerEngine.Kept(true, true));
        engine.start(engine.create(spec));

        var again = new LiveShed(access, engine.find(name).orElseThrow());
        assertThat(again.sh("cat ~/.token").out()).isEqualTo("login\n");
        assertThat(engine.remove(again.container(), true)).isEqualTo(new ContainerEngine.Kept(false, false));
        assertThat(docker("volume", "ls", "-q", "-f", "name=shed-" + name)).isEmpty();
        assertThat(docker("ps", "-aq", "-f", "label=shed.name=" + name)).isEmpty();
    }

    private static String homeMode() throws Exception {
        return docker("run", "--rm", Engines.IMAGE, "stat", "-c", "%a", "/home/dev");
    }

    @Test
    void aKeptHomeIsNotMountedElsewhere() throws Exception {
        var image = "shed-test-home:" + name;
        engine.remove(engine.create(spec), false);
        var other = docker("create", "--label", "x", Engines.IMAGE);
        docker("commit", "-c", "LABEL shed.user=root", other, image);
        try {
            assertThatThrownBy(() -> engine.create(new ContainerSpec(name, image, Map.of())))
                    .isInstanceOfSatisfying(
                            ShedException.class,
                            e -> assertThat(e.failure())
                                    .isEqualTo(Failure.otherHome(name.value(), "/home/dev", image, "/root")));
            assertThat(docker("ps", "-aq", "-f", "label=shed.name=" + name)).isEmpty();
            engine.create(spec);
        } finally {
            docker("rm", "-f", other);
            docker("rmi", "-f", image);
        }
    }

    @Test
    void anUndoneCreationLeavesTheHomeThatWasThere() throws Exception {
        engine.create(marked("one"));
        assertThat(engine.undo(name, "one")).isTrue();
        assertThat(docker("volume", "ls", "-q", "-f", "name=shed-" + name)).isEmpty();

        engine.remove(engine.create(marked("two")), false);
        engine.create(marked("three"));
        assertThat(engine.undo(name, "three")).isTrue();
        assertThat(docker("volume", "ls", "-q", "-f", "name=shed-" + name).lines())
                .containsExactlyInAnyOrder(spec.volumeName(), spec.homeVolumeName());
    }

    private ContainerSpec marked(String creation) {
        return new ContainerSpec(name, Engines.IMAGE, Map.of(Container.CREATION, creation));
    }

    @Test
    void brokenLabelsAndSecondClaimsAreIgnored() throws Exception {
        var broken = docker("create", "--label", "shed=true", "--label", "shed.name=Not_A_Name", Engines.IMAGE);
        var claim = docker("create", "--label", "shed=true", "--label", "shed.name=" + name, Engines.IMAGE);
        try {
            assertThat(engine.find(name).map(Container::id)).contains(claim);
            assertThat(engine.list()).extracting(Container::id).doesNotContain(broken);
            assertFailure(() -> engine.create(spec), Failure.Kind.SHED_ALREADY_EXISTS);

            var rightful = docker(
                    "create",
                    "--name",
                    containerName(),
                    "--label",
                    "shed=true",
                    "--label",
                    "shed.name=" + name,
                    Engines.IMAGE);
            assertThat(engine.find(name).map(Container::id)).contains(rightful);
        } finally {
            docker("rm", "-f", broken, claim);
        }
    }

    @Test
    void whatIsMadeOfACommittedShedTakesNoNameOver() throws Exception {
        var made = engine.create(spec);
        var image = "shed-test-commit:" + name;
        docker("commit", made.id(), image);
        var copy = docker("create", image);
        var mine = ShedName.parse(name + "-b");
        var labelled = docker("create", "--label", "shed.name=" + mine, image);
        try {
            assertThat(engine.find(name).map(Container::id)).contains(made.id());
            assertThat(engine.list()).extracting(Container::id).doesNotContain(copy);
            assertThat(engine.find(mine)).hasValueSatisfying(shed -> {
                assertThat(shed.id()).isEqualTo(labelled);
                assertThat(shed.labels()).doesNotContainKey("shed.owner");
            });
            engine.remove(made, true);
            assertThat(engine.find(name)).isEmpty();
            var again = engine.create(new ContainerSpec(name, image, Map.of(Container.CREATION, "mark")));
            assertThat(engine.find(name)).hasValueSatisfying(shed -> {
                assertThat(shed.id()).isEqualTo(again.id());
                assertThat(shed.labels()).doesNotContainKey("shed.owner");
            });
        } finally {
            engine.find(name).ifPresent(each -> engine.remove(each, true));
            docker("rm", "-f", copy, labelled);
            docker("rmi", "-f", image);
        }
    }

    @Test
    void noSocketMeansNoEngine() {
        assertUnavailable(URI.create("unix:///nonexistent/engine.sock"), "No such file or directory");
    }

    @Test
    void aSilentEngineIsNotWaitedForForever(@TempDir Path directory) throws IOException {
        var socket = directory.resolve("s");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertUnavailable(URI.create("unix://" + socket), "no answer within 1 s");
        }
        assertUnavailable(URI.create("unix://" + socket), "Connection refused");
    }

    @Test
    void anEngineThatCameBackIsUsedAgain(@TempDir Path directory) throws IOException {
        var socket = directory.resolve("s");
        try (var behind = new DockerEngine(Engines.settings(URI.create("unix://" + socket), "x"))) {
            assertFailure(behind::list, Failure.Kind.ENGINE_UNAVAILABLE);
            for (int i = 0; i < 3; i++) {
                try (var _ = new Relay(socket)) {
                    assertThat(behind.version()).isEqualTo(engine.version());
                    assertThat(behind.version()).isEqualTo(engine.version());
                }
            }
            assertFailure(behind::list, Failure.Kind.ENGINE_UNAVAILABLE);
        }
    }

    private void assertUnavailable(URI host, String detail) {
        var settings = new DockerSettings(host, Duration.ofSeconds(1), "x", "dev", "/workspace", GRACE);
        try (var absent = new DockerEngine(settings)) {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    absent::list, absent::version, absent.exec()::endAbandoned, () -> absent.create(spec))) {
                assertFailure(call, Failure.Kind.ENGINE_UNAVAILABLE);
                assertThatThrownBy(call).hasMessageContaining(detail);
            }
        }
    }

    private static void assertFailure(ThrowingCallable call, Failure.Kind kind) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ShedException.class, e -> assertThat(e.failure().kind()).isEqualTo(kind));
    }

    private Optional<State> state() {
        return engine.find(name).map(Container::state);
    }

    private String containerName() {
        return spec.containerName();
    }

    private static String docker(String... words) throws Exception {
        var command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        var process = new ProcessBuilder(command).redirectErrorStream(false).start();
        Callable<String> output = () -> new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        return output.call();
    }
}
