package dev.shed.gateway.container.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two namespaces of a cluster. The second one is named by the variable
/// `SHED_TEST_OTHER_NAMESPACE`; the credential needs the role in both.
@Timeout(300)
class NamespacesOnCluster extends NamespacesContract {
    private static final String OTHER = "SHED_TEST_OTHER_NAMESPACE";

    private static final KubernetesEngine FIRST = TestCluster.engine();
    private static final KubernetesEngine SECOND =
            TestCluster.engine(System.getenv().getOrDefault(OTHER, "default"));

    @BeforeAll
    static void theOtherNamespaceIsNamed() {
        assertThat(System.getenv())
                .as("%s has to name a second namespace, in which the user of the kubeconfig has the role too", OTHER)
                .containsKey(OTHER);
        assertThat(FIRST.version())
                .as("%s has to name another namespace than the first", OTHER)
                .isNotEqualTo(SECOND.version());
    }

    @AfterAll
    static void close() {
        FIRST.close();
        SECOND.close();
    }

    @Override
    ContainerEngine first() {
        return FIRST;
    }

    @Override
    ContainerEngine second() {
        return SECOND;
    }

    @Override
    String image() {
        return TestCluster.image();
    }

    @Test
    void aProcessRunsInTheShedOfItsOwnNamespace() throws Exception {
        var ours = running(first(), spec());
        var theirs = running(second(), spec());
        assertThat(output(first(), ours, "echo ours >/workspace/whose; cat /workspace/whose"))
                .isEqualTo("ours\n");
        assertThat(output(second(), theirs, "ls /workspace")).isEmpty();
    }

    private static String output(ContainerEngine engine, Container shed, String script) throws Exception {
        var out = new ByteArrayOutputStream();
        try (var process = engine.exec().start(shed, BareExec.ROOT, List.of("sh", "-c", script), Map.of())) {
            process.copyOutput(out, out);
            process.waitFor();
        }
        return out.toString(UTF_8);
    }
}
