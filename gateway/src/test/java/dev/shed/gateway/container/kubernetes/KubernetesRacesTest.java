package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.Await;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is stopped, deleted or changed by others while it starts. The others may be another gateway, or kubectl.
class KubernetesRacesTest {
    private static final String POD = "/pods/shed-demo";
    private static final String CLAIM = "/persistentvolumeclaims/shed-demo";
    private static final Duration PROMISE = Duration.ofSeconds(10);

    private final FakeCluster cluster = new FakeCluster();
    private final KubernetesEngine engine = cluster.engine();
    private final KubernetesEngine other = cluster.engine();

    KubernetesRacesTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        engine.close();
        other.close();
        cluster.close();
    }

    private Container made() {
        return engine.create(new ContainerSpec(ShedName.parse("demo"), "shed-base:latest", Map.of()));
    }

    /// Starts a shed whose image is being pulled, in the background.
    private CompletableFuture<Void> starting(Container made) throws Exception {
        cluster.kubelet(pod -> FakeCluster.waitFor(pod, "initContainerStatuses", "ContainerCreating", ""));
        var start = CompletableFuture.runAsync(() -> engine.start(made));
        Await.until("the pod is waited for", PROMISE, () -> cluster.object(POD).isPresent());
        return start;
    }

    private static void assertFailure(CompletableFuture<?> call, Failure.Kind kind) {
        assertThatThrownBy(() -> call.get(PROMISE.toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(ShedException.class)
                .satisfies(e -> assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                ShedException.class,
                                cause -> assertThat(cause.failure().kind()).isEqualTo(kind)));
    }

    private static void assertFailure(ThrowingCallable call, Failure.Kind kind) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ShedException.class, e -> assertThat(e.failure().kind()).isEqualTo(kind));
    }

    @Test
    void aShedThatIsStoppedWhileItStartsStaysStopped() throws Exception {
        var made = made();
        var start = starting(made);
        other.markStopped(made, true);
        other.stop(made, Duration.ZERO);
        assertFailure(start, Failure.Kind.SHED_STOPPED);
        assertThat(cluster.object(POD)).isEmpty();
    }

    @Test
    void aShedThatIsDeletedWhileItStartsLeavesNoPod() throws Exception {
        var made = made();
        var start = starting(made);
        other.remove(made, true);
        assertFailure(start, Failure.Kind.SHED_NOT_FOUND);
        assertThat(cluster.object(POD)).isEmpty();
    }

    @Test
    void aShedThatIsDeletedAndKeptWhileItStartsLeavesNoPod() throws Exception {
        var made = made();
        var start = starting(made);
        other.remove(made, false);
        assertFailure(start, Failure.Kind.SHED_NOT_FOUND);
        assertThat(cluster.object(POD)).isEmpty();
    }

    /// Whoever stops it has looked for the pod before it was made.
    @Test
    void aPodIsRemovedWhoseShedWasStoppedJustBefore() {
        var made = made();
        cluster.kubelet(_ -> stopped());
        assertFailure(() -> engine.start(made), Failure.Kind.SHED_STOPPED);
        assertThat(cluster.object(POD)).isEmpty();
    }

    private void stopped() {
        cluster.change(
                CLAIM,
                claim -> claim.withObjectProperty("metadata")
                        .withObjectProperty("annotations")
                        .put(Names.STOPPED, "true"));
    }

    /// As kubectl does: the claim stays as long as its pod.
    private void deleteClaim() {
        cluster.change(
                CLAIM, claim -> claim.withObjectProperty("metadata").put("deletionTimestamp", "2026-11-29T10:00:00Z"));
    }

    @Test
    void aShedWhoseClaimIsBeingRemovedIsNotStarted() {
        var made = made();
        deleteClaim();
        assertFailure(() -> engine.start(made), Failure.Kind.SHED_NOT_READY);
        assertThat(cluster.object(POD)).isEmpty();
    }

    @Test
    void itIsSaidThatAClaimIsBeingRemoved() {
        var made = made();
        engine.start(made);
        deleteClaim();
        assertThat(engine.find(made.shed()).map(Container::state)).contains(Container.State.BROKEN);
        assertThat(engine.trouble(made)).contains("the cluster is removing its claim, once its pod has ended");
    }

    /// A shed can be named as somebody else's pod, such as that of a Deployment `shed-gateway`.
    @Test
    void aPodOfSomebodyElseIsLeftAlone() throws IOException {
        cluster.put(POD, (ObjectNode) new ObjectMapper()
                .readTree("{\"metadata\":{\"name\":\"shed-demo\",\"uid\":\"7\"},\"status\":{\"phase\":\"Running\"}}"));
        var made = made();
        assertFailure(() -> engine.start(made), Failure.Kind.ENGINE_REFUSED);
        assertThat(cluster.object(POD)).isPresent();
        engine.remove(made, true);
        assertThat(cluster.object(POD)).isPresent();
    }

    /// It must not become a shed again that another gateway has just deleted and kept.
    @Test
    void whetherItWasStoppedIsMarkedWithoutTheLabel() {
        engine.markStopped(made(), true);
        assertThat(cluster.object(CLAIM).map(claim -> claim.path("metadata").path("annotations")))
                .hasValueSatisfying(all -> assertThat(all.has(Names.STOPPED)).isTrue());
        assertThat(cluster.server.asked())
                .filteredOn(request -> request.method().equals("PATCH"))
                .hasSize(1)
                .allSatisfy(request -> assertThat(request.body()).doesNotContain("labels"));
    }
}
