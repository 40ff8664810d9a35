package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.Await;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.LifecycleContract;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KubernetesEngineTest extends LifecycleContract {
    private final FakeCluster cluster = new FakeCluster();
    private final KubernetesEngine engine = cluster.engine();

    KubernetesEngineTest() throws IOException {}

    @Override
    protected ContainerEngine engine() {
        return engine;
    }

    @Override
    protected String image() {
        return "shed-base:latest";
    }

    @Override
    @AfterEach
    protected void removeWhatIsLeft() throws IOException {
        engine.close();
        cluster.close();
    }

    private String pod() {
        return "/pods/shed-" + name;
    }

    @Test
    void thePodSatisfiesTheRestrictedStandard() {
        engine.start(engine.create(marked("one")));

        var pod = cluster.object(pod()).orElseThrow();
        var spec = pod.path("spec");
        assertThat(spec.path("securityContext").path("runAsNonRoot").asBoolean())
                .isTrue();
        assertThat(spec.path("securityContext").path("runAsUser").asInt()).isEqualTo(1000);
        assertThat(spec.path("securityContext")
                        .path("seccompProfile")
                        .path("type")
                        .asText())
                .isEqualTo("RuntimeDefault");
        assertThat(spec.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        for (var list : List.of("initContainers", "containers")) {
            var context = spec.path(list).path(0).path("securityContext");
            assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(context.path("capabilities").path("drop").path(0).asText())
                    .isEqualTo("ALL");
        }
        assertThat(spec.path("volumes"))
                .allSatisfy(volume -> assertThat(volume.has("persistentVolumeClaim")
                                || volume.has("emptyDir")
                                || volume.has("configMap"))
                        .isTrue());
        assertThat(spec.path("nodeSelector").path("disk").asText()).isEqualTo("fast");
        assertThat(spec.path("tolerations").path(0).toString())
                .isEqualTo(
                        "{\"key\":\"dedicated\",\"operator\":\"Equal\",\"value\":\"sheds\",\"effect\":\"NoSchedule\"}");
        assertThat(spec.path("imagePullSecrets").path(0).path("name").asText()).isEqualTo("login");
        assertThat(spec.path("containers")
                        .path(0)
                        .path("resources")
                        .path("requests")
                        .toString())
                .isEqualTo("{\"cpu\":\"250m\",\"memory\":\"67108864\"}");
        var program = cluster.object("/configmaps/shed-porter-abc").orElseThrow();
        assertThat(program.path("binaryData").path("porter").asText()).isEqualTo("AQID");
        assertThat(program.path("immutable").asBoolean()).isTrue();
    }

    @Test
    void limitsOfTheShedAreLimitsOfItsPod() {
        var limits = new ContainerSpec.Limits(
                java.util.OptionalLong.of(500_000_000),
                java.util.OptionalLong.of(32 << 20),
                java.util.OptionalLong.empty(),
                java.util.OptionalLong.of(1 << 30));
        var made = engine.create(new ContainerSpec(
                name, image(), Map.of(), Map.of("A", "$(B)"), limits, List.of(), Optional.empty(), Optional.empty()));
        engine.start(made);
        var container = cluster.object(pod())
                .orElseThrow()
                .path("spec")
                .path("containers")
                .path(0);
        assertThat(container.path("resources").toString())
                .isEqualTo(
                        "{\"limits\":{\"cpu\":\"500m\",\"memory\":\"33554432\",\"ephemeral-storage\":\"1073741824\"},"
                                + "\"requests\":{\"cpu\":\"250m\",\"memory\":\"33554432\"}}");
        assertThat(container.path("env").toString()).contains("{\"name\":\"A\",\"value\":\"$$(B)\"}");
        assertThat(engine.details(made).limits()).isEqualTo(limits);
    }

    @Test
    void whatAStartWaitsForIsTold() throws IOException {
        var looks = new AtomicInteger();
        cluster.kubelet(pod -> FakeCluster.unscheduled(pod, "0/2 nodes are available"));
        cluster.server.on("GET /api/v1/namespaces/sheds/pods/shed-", (_, exchange) -> {
            var found = cluster.object(pod());
            if (found.isPresent() && looks.incrementAndGet() == 3) {
                cluster.change(pod(), FakeCluster::run);
                found = cluster.object(pod());
            }
            if (found.isPresent()) {
                exchange.send(200, found.get().toString());
            } else {
                exchange.refuse(404, "NotFound", "none");
            }
        });
        var said = new ArrayList<String>();
        engine.start(engine.create(marked("one")), said::add);
        assertThat(said).contains("no node takes its pod: Unschedulable: 0/2 nodes are available");
        assertThat(state()).contains(State.RUNNING);
    }

    @Test
    void aPodThatNeverRunsIsNotWaitedForForever() {
        cluster.kubelet(pod -> FakeCluster.unscheduled(pod, "0/2 nodes are available"));
        var hasty = cluster.engine(Duration.ofMillis(1));
        var made = hasty.create(marked("one"));
        assertFailure(() -> hasty.start(made), Failure.Kind.SHED_NOT_READY);
        assertThat(state()).contains(State.STARTING);
        assertThat(engine.details(made).placement()).hasValueSatisfying(place -> {
            assertThat(place.phase()).isEqualTo("Pending");
            assertThat(place.waiting())
                    .hasValueSatisfying(why -> assertThat(why).contains("0/2 nodes"));
        });
        hasty.close();
    }

    @Test
    void anImageThatCannotBePulledEndsTheStart() {
        cluster.kubelet(pod -> FakeCluster.waitFor(pod, "initContainerStatuses", "ImagePullBackOff", "not there"));
        var made = engine.create(marked("one"));
        assertFailure(() -> engine.start(made), Failure.Kind.IMAGE_NOT_FOUND);
        assertThat(cluster.object(pod())).isEmpty();
        assertThat(state()).contains(State.STOPPED);
    }

    @Test
    void aProgramThatCannotBeRunEndsTheStart() {
        cluster.kubelet(pod -> FakeCluster.waitFor(pod, "containerStatuses", "RunContainerError", "no sh"));
        var made = engine.create(marked("one"));
        assertThatThrownBy(() -> engine.start(made))
                .isInstanceOfSatisfying(
                        ShedException.class,
                        e -> assertThat(e.failure().message()).contains("RunContainerError: no sh"));
        assertThat(cluster.object(pod())).isEmpty();
    }

    @Test
    void anEvictedPodIsAStoppedShedAndIsReplaced() {
        var made = engine.create(marked("one"));
        engine.start(made);
        cluster.change(
                pod(),
                pod -> pod.putObject("status")
                        .put("phase", "Failed")
                        .put("reason", "Evicted")
                        .put("message", "low on memory"));
        assertThat(state()).contains(State.STOPPED);
        assertThat(engine.details(made).life().ending())
                .hasValueSatisfying(end -> assertThat(end.words()).isEqualTo("Evicted: low on memory"));
        engine.start(made);
        assertThat(state()).contains(State.RUNNING);
    }

    @Test
    void aShedOnALostNodeIsBroken() {
        var made = engine.create(marked("one"));
        engine.start(made);
        cluster.change(
                pod(),
                pod -> ((ObjectNode) pod.path("status"))
                        .putArray("conditions")
                        .addObject()
                        .put("type", "Ready")
                        .put("status", "False"));
        assertThat(state()).contains(State.BROKEN);
        assertThat(engine.trouble(made)).contains("its node node-1 does not answer");
    }

    /// Another gateway on the namespace sees it as well.
    @Test
    void whoStoppedItOnPurposeIsKeptWithTheClaim() {
        var made = engine.create(marked("one"));
        engine.start(made);
        assertThat(engine.markStopped(made, true)).isTrue();
        engine.stop(made, GRACE);
        try (var other = cluster.engine()) {
            assertThat(other.find(name).orElseThrow().labels()).containsEntry(Container.STOPPED, "true");
            other.start(other.find(name).orElseThrow());
        }
        assertThat(engine.find(name).orElseThrow().labels()).doesNotContainKey(Container.STOPPED);
    }

    /// As the pod of a node that does not answer: it is deleted, and stays.
    private void letPodsStay() {
        cluster.server.on("DELETE /api/v1/namespaces/sheds/pods/", (_, exchange) -> exchange.send(200, "{}"));
    }

    @Test
    void aPodThatDoesNotEndIsNotWaitedForForever() {
        var made = engine.create(marked("one"));
        engine.start(made);
        letPodsStay();
        var hasty = cluster.engine(Duration.ofMinutes(1), Duration.ofMillis(500));
        assertThatThrownBy(() -> hasty.stop(made, Duration.ZERO))
                .isInstanceOfSatisfying(
                        ShedException.class,
                        e -> assertThat(e.failure().message())
                                .contains("its pod has not ended within 0 s; look at the node node-1"));
        hasty.close();
    }

    /// The time of the wait is not over, so it must not be said that the pod does not end.
    @Test
    void whoIsInterruptedHasNotWaitedUntilTheEnd() throws Exception {
        var made = engine.create(marked("one"));
        engine.start(made);
        letPodsStay();
        var told = new CompletableFuture<String>();
        var waiting = Thread.ofVirtual().start(() -> {
            try {
                engine.stop(made, GRACE);
            } catch (ShedException e) {
                told.complete(e.failure().message() + ", interrupted: "
                        + Thread.currentThread().isInterrupted());
            }
        });
        Await.until("the pod is waited for", () -> waits(waiting));
        waiting.interrupt();
        assertThat(told.get(10, TimeUnit.SECONDS))
                .isEqualTo("the container engine does not answer: interrupted while waiting for it, interrupted: true");
    }

    private static boolean waits(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("untilChanged"));
    }

    @Test
    void directoriesOfTheHostAreRefused() {
        var bind = new ContainerSpec.Bind(Path.of("/srv"), "/srv", true);
        var spec = new ContainerSpec(
                name,
                image(),
                Map.of(),
                Map.of(),
                ContainerSpec.Limits.NONE,
                List.of(bind),
                Optional.empty(),
                Optional.empty());
        assertFailure(() -> engine.create(spec), Failure.Kind.CONFIG);
        assertThat(state()).isEmpty();
    }

    @Test
    void aClaimOfSomebodyElseIsNoShed() throws IOException {
        cluster.put(
                "/persistentvolumeclaims/shed-" + name, (ObjectNode) new com.fasterxml.jackson.databind.ObjectMapper()
                        .readTree("{\"metadata\":{\"name\":\"shed-" + name + "\"}}"));
        assertFailure(() -> engine.create(marked("one")), Failure.Kind.ENGINE_REFUSED);
        assertThat(state()).isEmpty();
        cluster.remove("/persistentvolumeclaims/shed-" + name);
    }

    @Test
    void aProcessNeedsAPodThatRuns() {
        var made = engine.create(marked("one"));
        assertFailure(() -> engine.exec().start(made, "0", List.of("true"), Map.of()), Failure.Kind.SHED_STOPPED);
        assertThat(engine.exec().onlyUser(made)).contains("1000");
        engine.start(made);
        assertThat(engine.exec().program(made, "abc")).contains("/run/shed/porter");
        assertThat(engine.exec().program(made, "other")).isEmpty();
        engine.remove(made, true);
        assertFailure(() -> engine.exec().start(made, "0", List.of("true"), Map.of()), Failure.Kind.SHED_NOT_FOUND);
    }
}
