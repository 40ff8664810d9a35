package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the gateway makes of an engine's no.
class RefusalTest {
    private static final ShedName DEMO = ShedName.parse("demo");
    private static final String FULL = "write /var/lib/docker/x: no space left on device";

    private FakeEngine engine;
    private DockerEngine docker;
    private Container demo;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        engine = new FakeEngine(directory.resolve("s")).list("c1", "demo", "running");
        docker = new DockerEngine(Engines.settings(engine.uri(), "refusal-test"));
        demo = docker.find(DEMO).orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        docker.close();
        engine.close();
    }

    @Test
    void whatTheEngineRefusesIsToldInItsWords() {
        engine.refuse("(POST|PUT|DELETE|GET /images|GET /containers/c1)", 500, FULL);
        var spec = new ContainerSpec(ShedName.parse("fresh"), "image", Map.of());
        engine.on("GET /containers/json.*fresh", 200, "[]");

        assertRefused(() -> docker.start(demo), FULL);
        assertRefused(() -> docker.stop(demo, Duration.ofSeconds(1)), FULL);
        assertRefused(() -> docker.remove(demo, true), FULL);
        assertRefused(() -> docker.details(demo), FULL);
        assertRefused(() -> docker.network(demo), FULL);
        assertRefused(() -> docker.exec().execDefaults(demo), FULL);
        assertRefused(() -> docker.create(spec), FULL);
        assertRefused(() -> docker.exec().put(demo, "/x", new byte[0]), FULL);
        assertRefused(() -> docker.exec().start(demo, "0", List.of("true"), Map.of()), FULL);
    }

    @Test
    void listingAndVersionAreRefusedLikewise() {
        engine.refuse("GET /(containers/json|version)", 503, "the store is locked");

        assertRefused(docker::list, "the store is locked");
        assertRefused(() -> docker.find(DEMO), "the store is locked");
        assertRefused(docker::version, "the store is locked");
        assertRefused(docker.exec()::endAbandoned, "the store is locked");
    }

    @Test
    void aVolumeThatCannotBeRemovedIsSaid() {
        engine.on("DELETE /containers/c1", 204, "");
        engine.on("GET /containers/json", 200, """
                [{"Id":"c1","Names":["/shed-demo"],"State":"running","Labels":{"shed":"true","shed.name":"demo"},
                  "Mounts":[{"Type":"volume","Name":"shed-demo-workspace","Destination":"/workspace"}]}]
                """);
        engine.refuse("DELETE /volumes/shed-demo-workspace", 500, FULL);
        var shed = docker.find(DEMO).orElseThrow();
        engine.on("GET /containers/json", 200, "[]"); // it is removed

        assertRefused(() -> docker.remove(shed, true), FULL);
    }

    /// A plugin or a proxy before the engine says no in its own way.
    @Test
    void wordsAreWhateverThereIs() {
        engine.on("GET /version", 403, "<p>denied</p>\n\n by policy\n");
        assertRefused(docker::version, "<p>denied</p> by policy");
        engine.on("GET /version", 500, "");
        assertRefused(docker::version, "status 500");
        engine.on("GET /version", 500, "{\"cause\":\"c\",\"message\":\"two\\nlines\",\"response\":500}");
        assertRefused(docker::version, "two lines");
    }

    @Test
    void aMissingContainerIsNoShed() {
        engine.refuse("(POST|GET) /containers/c1", 404, "No such container: c1");
        engine.on("GET /containers/json", 200, "[]");

        for (ThrowingCallable call : whatNeedsTheContainer()) {
            assertFailure(call, Failure.shedNotFound("demo"));
        }
    }

    @Test
    void somethingElseThatIsMissingIsNotTheShed() {
        engine.refuse("(POST|GET) /containers/c1", 404, "network lost not found");

        for (ThrowingCallable call : whatNeedsTheContainer()) {
            assertRefused(call, "network lost not found");
        }
        engine.list("c1", "demo", "exited");
        assertRefused(() -> docker.start(demo), "network lost not found");
    }

    @Test
    void aContainerThatIsListedButNotThereYetIsNotGone() {
        engine.refuse("(POST|GET|DELETE) /containers/c1", 404, "No such container: c1");

        for (ThrowingCallable call : whatNeedsTheContainer()) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(
                            ShedException.class,
                            e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.SHED_NOT_READY));
        }
    }

    private ThrowingCallable[] whatNeedsTheContainer() {
        return new ThrowingCallable[] {
            () -> docker.start(demo),
            () -> docker.stop(demo, Duration.ofSeconds(1)),
            () -> docker.details(demo),
            () -> docker.network(demo),
            () -> docker.exec().execDefaults(demo),
            () -> docker.exec().start(demo, "0", List.of("true"), Map.of()),
        };
    }

    @Test
    void aPausedContainerIsToldWithTheCommandThatWakesIt() {
        engine.list("c1", "demo", "paused");
        engine.refuse("POST /containers/c1/exec", 409, "Container c1 is paused, unpause the container before exec");

        assertFailure(
                () -> docker.exec().start(demo, "0", List.of("true"), Map.of()),
                Failure.paused("demo", "on the gateway's host: docker unpause c1"));
    }

    @Test
    void hintsAreCommandsOfDockers() {
        assertThat(docker.hints().paused(demo)).isEqualTo("on the gateway's host: docker unpause c1");
        assertThat(docker.hints().ended(demo)).isEqualTo("on the gateway's host: docker logs c1");
        assertThat(docker.hints().endsAtOnce("some/image:1"))
                .isEqualTo("on the gateway's host: docker run --rm some/image:1 sleep infinity");
    }

    @Test
    void creatingFailsForWhatIsMissing() {
        var spec = new ContainerSpec(ShedName.parse("fresh"), "image", Map.of());
        engine.on("GET /images/image/json", 200, "{\"Id\":\"sha256:i\"}");
        engine.on("GET /containers/json.*fresh", 200, "[]");

        engine.refuse("POST /containers/create", 404, "No such image: image:latest");
        assertFailure(() -> docker.create(spec), Failure.imageNotFound("image", """
                        build it or pull it on the gateway's host: docker pull image
                        or name another one: ssh shed@HOST create NAME --image IMAGE"""));
        engine.refuse("POST /containers/create", 404, "network lost not found");
        assertRefused(() -> docker.create(spec), "network lost not found");
        engine.refuse("POST /containers/create", 409, "The container name is already in use by container f00");
        engine.on("GET /containers/shed-fresh/json", 200, "{}"); // and it is no shed
        assertRefused(() -> docker.create(spec), "The container name is already in use by container f00");
        engine.list("c1", "fresh", "created");
        assertFailure(() -> docker.create(spec), Failure.shedAlreadyExists("fresh"));
    }

    /// An engine takes the name before it knows the container.
    @Test
    void aNameThatIsTakenForAContainerStillBeingMadeIsASheds() {
        var spec = new ContainerSpec(ShedName.parse("fresh"), "image", Map.of());
        engine.on("GET /images/image/json", 200, "{\"Id\":\"sha256:i\"}");
        engine.on("GET /containers/json", 200, "[]");
        engine.refuse("POST /containers/create", 409, "The container name is already in use by container f00");
        engine.refuse("GET /containers/shed-fresh/json", 404, "No such container: shed-fresh");

        assertFailure(() -> docker.create(spec), Failure.shedAlreadyExists("fresh"));
    }

    @Test
    void whatIsWrongWithTheArgumentsIsUsageInWords() {
        var spec = new ContainerSpec(ShedName.parse("fresh"), "image", Map.of());
        engine.on("GET /images/image/json", 200, "{\"Id\":\"sha256:i\"}");
        engine.on("GET /containers/json.*fresh", 200, "[]");
        engine.refuse("POST /containers/create", 400, "Minimum memory limit allowed is 6MB");

        assertThatThrownBy(() -> docker.create(spec))
                .isInstanceOfSatisfying(
                        ShedException.class, e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.USAGE))
                .hasMessage("USAGE: the engine refuses: Minimum memory limit allowed is 6MB");
    }

    /// As an engine says it that keeps its images on ext4.
    @Test
    void aDiskThatTheEngineCannotLimitIsTheConfigurationsFault() {
        var words = "--storage-opt is supported only for overlay over xfs with 'pquota' mount option";
        engine.on("GET /images/image/json", 200, "{\"Id\":\"sha256:i\"}");
        engine.on("GET /containers/json.*fresh", 200, "[]");
        engine.refuse("POST /containers/create", 500, words);

        assertFailure(
                () -> docker.create(limited(OptionalLong.of(1 << 30))),
                Failure.config("shed.disk", "the engine cannot limit a shed's disk: " + words, "0"));
        assertRefused(() -> docker.create(limited(OptionalLong.empty())), words);
    }

    private static ContainerSpec limited(OptionalLong disk) {
        var limits = new ContainerSpec.Limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), disk);
        return new ContainerSpec(
                ShedName.parse("fresh"),
                "image",
                Map.of(),
                Map.of(),
                limits,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /// The engine lists a container while it still copies files into its volume, and answers that there is none.
    @Test
    void removingEndsWhenTheEngineListsItNoMore() throws Exception {
        engine.refuse("DELETE /containers/c1", 404, "No such container: c1");
        var removal = new FutureTask<>(() -> docker.remove(demo, true));
        Thread.ofVirtual().start(removal);
        Await.until("it is tried again and again", Engines.LONG, () -> removals() > 2);
        assertThat(removal.isDone()).isFalse();

        engine.on("GET /containers/json", 200, "[]");
        assertThat(removal.get(30, TimeUnit.SECONDS).any()).isFalse();
    }

    private long removals() {
        return engine.asked().stream()
                .filter(request -> request.startsWith("DELETE /containers/c1"))
                .count();
    }

    private static void assertRefused(ThrowingCallable call, String words) {
        assertFailure(
                call, Failure.engineRefused(words, "on the gateway's host: journalctl --unit docker --since -5m"));
    }

    private static void assertFailure(ThrowingCallable call, Failure failure) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ShedException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }
}
