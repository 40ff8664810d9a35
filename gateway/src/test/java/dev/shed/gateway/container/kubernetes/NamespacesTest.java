package dev.shed.gateway.container.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each has a credential of its own, so that it is known who asked for what.
class NamespacesTest extends NamespacesContract {
    private final FakeCluster cluster = new FakeCluster();
    private final KubernetesEngine first = cluster.engine("sheds-a", "a");
    private final KubernetesEngine second = cluster.engine("sheds-b", "b");

    NamespacesTest() throws IOException {}

    @Override
    ContainerEngine first() {
        return first;
    }

    @Override
    ContainerEngine second() {
        return second;
    }

    @Override
    String image() {
        return "image";
    }

    @Override
    @AfterEach
    void removeWhatIsLeft() throws IOException {
        first.close();
        second.close();
        cluster.close();
        assertThat(pathsOf("a"))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(path).startsWith("/api/v1/namespaces/sheds-a/"));
        assertThat(pathsOf("b"))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(path).startsWith("/api/v1/namespaces/sheds-b/"));
        assertThat(cluster.server.asked())
                .hasSize(pathsOf("a").size() + pathsOf("b").size());
    }

    private List<String> pathsOf(String token) {
        return cluster.server.asked().stream()
                .filter(request -> ("Bearer " + token).equals(request.headers().get("authorization")))
                .map(request -> request.path())
                .toList();
    }

    @Test
    void aProcessRunsInTheShedOfItsOwnNamespace() throws Exception {
        cluster.server.on("GET \\S*/exec", (request, exchange) -> {
            var exec = exchange.upgrade(request, "v5.channel.k8s.io");
            exec.send(1, request.path().replaceFirst("\\?.*", ""));
            exec.end(0);
        });
        var ours = running(first, spec());
        var theirs = running(second, spec());
        assertThat(output(first, ours)).isEqualTo("/api/v1/namespaces/sheds-a/pods/shed-" + name + "/exec");
        assertThat(output(second, theirs)).isEqualTo("/api/v1/namespaces/sheds-b/pods/shed-" + name + "/exec");
        // A container of the other's has the name of a shed of its own.
        assertThat(output(first, theirs)).startsWith("/api/v1/namespaces/sheds-a/");
    }

    private static String output(ContainerEngine engine, Container shed) throws Exception {
        var out = new ByteArrayOutputStream();
        try (var process = engine.exec().start(shed, BareExec.ROOT, List.of("true"), Map.of())) {
            process.copyOutput(out, out);
            process.waitFor();
        }
        return out.toString(UTF_8);
    }
}
