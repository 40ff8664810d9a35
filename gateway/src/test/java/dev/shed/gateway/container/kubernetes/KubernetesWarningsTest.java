package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which of the cluster's warnings are said of a shed that does not run.
class KubernetesWarningsTest {
    private static final ShedName NAME = new ShedName("one");
    private static final String SCHEDULING = "0/2 nodes are available: 2 Insufficient cpu.";

    private final FakeCluster cluster = new FakeCluster();
    private final KubernetesEngine engine = cluster.engine(Duration.ofMillis(1));
    private final ArrayNode warnings = JsonNodeFactory.instance.arrayNode();
    private Container shed;

    KubernetesWarningsTest() throws IOException {}

    @BeforeEach
    void haveWarnings() {
        shed = engine.create(new ContainerSpec(
                NAME,
                "img",
                Map.of(),
                Map.of(),
                ContainerSpec.Limits.NONE,
                List.of(),
                Optional.empty(),
                Optional.empty()));
        cluster.server.on(
                "GET /api/v1/namespaces/sheds/events",
                (_, exchange) -> exchange.send(
                        200,
                        JsonNodeFactory.instance
                                .objectNode()
                                .<ObjectNode>set("items", warnings)
                                .toString()));
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
        cluster.close();
    }

    /// @param path of the object that it is about
    private void warn(String path, String reason, String message) {
        warn(cluster.object(path).orElseThrow().path("metadata").path("uid").asText(), reason, message, "10");
    }

    private void warn(String uid, String reason, String message, String second) {
        var event = warnings.addObject().put("reason", reason).put("message", message);
        event.put("lastTimestamp", "2026-11-29T10:00:" + second + "Z");
        event.putObject("involvedObject").put("uid", uid);
    }

    private void startInVain() {
        assertThatThrownBy(() -> engine.start(shed)).isInstanceOf(ShedException.class);
    }

    private String waiting() {
        return engine.details(shed).placement().orElseThrow().waiting().orElseThrow();
    }

    @Test
    void whatTheStatusSaysIsNotRepeated() {
        cluster.kubelet(pod -> FakeCluster.unscheduled(pod, SCHEDULING));
        startInVain();
        warn("/pods/shed-one", "FailedScheduling", SCHEDULING);
        assertThat(waiting()).isEqualTo("no node takes its pod: Unschedulable: " + SCHEDULING);
    }

    @Test
    void warningsAboutTheClaimCount() {
        cluster.kubelet(pod -> FakeCluster.unscheduled(pod, SCHEDULING));
        startInVain();
        warn("/persistentvolumeclaims/shed-one", "ProvisioningFailed", "no such\n class");
        assertThat(waiting()).endsWith(SCHEDULING + "; ProvisioningFailed: no such class");
    }

    @Test
    void thoseAboutAFormerPodDoNot() {
        cluster.kubelet(pod -> FakeCluster.unscheduled(pod, SCHEDULING));
        startInVain();
        warn("another", "FailedMount", "a volume of long ago", "59");
        assertThat(waiting()).endsWith(SCHEDULING);
    }

    @Test
    void aPodWithANodeWasScheduled() {
        cluster.kubelet(pod -> {
            FakeCluster.waitFor(pod, "containerStatuses", "ContainerCreating", "");
            pod.withObjectProperty("spec").put("nodeName", "node-1");
        });
        startInVain();
        warn("/pods/shed-one", "FailedScheduling", SCHEDULING);
        assertThat(waiting()).isEqualTo("its containers are being created on node-1");
    }

    /// The status has only that it will be tried again.
    @Test
    void theErrorOfAPullIsSaid() {
        cluster.kubelet(pod -> {
            FakeCluster.waitFor(pod, "containerStatuses", "ImagePullBackOff", "Back-off pulling image \"img\"");
            var uid = pod.path("metadata").path("uid").asText();
            warn(uid, "Failed", "Failed to pull image \"img\": unauthorized", "10");
            warn(uid, "Failed", "Error: ErrImagePull", "11");
        });
        var patient = cluster.engine();
        assertThatThrownBy(() -> patient.start(shed))
                .isInstanceOfSatisfying(
                        ShedException.class,
                        e -> assertThat(e.failure().hint())
                                .contains("ImagePullBackOff: Back-off pulling image \"img\"; Failed: Failed to pull"
                                        + " image \"img\": unauthorized\n"));
        patient.close();
    }
}
