package dev.shed.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.config.Kubernetes;
import dev.shed.gateway.config.YamlTree;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.EngineProbe;
import dev.shed.gateway.container.kubernetes.KubernetesEngine;
import dev.shed.gateway.container.kubernetes.KubernetesProbe;
import dev.shed.gateway.container.kubernetes.KubernetesSettings;
import dev.shed.gateway.container.kubernetes.PodTemplate;
import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.container.kubernetes.api.Cluster;
import dev.shed.gateway.container.kubernetes.api.KubeConfig;
import dev.shed.gateway.container.kubernetes.api.KubeFiles;
import dev.shed.gateway.container.porter.PorterRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/// Builds the engine of a cluster, and what `doctor` asks it, from the configuration.
final class KubernetesParts {
    private KubernetesParts() {}

    static ContainerEngine engine(GatewayConfig config, String gatewayId, BiConsumer<String, Duration> requests) {
        var cluster = cluster(config.engine().kubernetes());
        var settings = settings(config, cluster, gatewayId);
        return new KubernetesEngine(new ApiClient(cluster, config.engine().timeout(), requests), settings);
    }

    /// @param timeout limit on one request
    static EngineProbe probe(GatewayConfig config, Duration timeout) {
        var cluster = cluster(config.engine().kubernetes());
        return new KubernetesProbe(new ApiClient(cluster, timeout, (_, _) -> {}), settings(config, cluster, "doctor"));
    }

    private static Cluster cluster(Kubernetes config) {
        return config.kubeconfig()
                .map(file -> KubeConfig.load(file, config.context(), Clock.systemUTC()))
                .orElseGet(KubeConfig::ofThisPod);
    }

    private static KubernetesSettings settings(GatewayConfig config, Cluster cluster, String gatewayId) {
        var wanted = config.engine().kubernetes();
        return new KubernetesSettings(
                wanted.namespace().orElse(cluster.namespace()),
                gatewayId,
                new KubernetesSettings.Claim(wanted.storageClass(), wanted.size()),
                placement(wanted),
                new KubernetesSettings.Account(
                        wanted.userId(),
                        wanted.home().orElse("/home/" + config.shed().user())),
                config.shed().workspace(),
                wanted.podTemplate().map(KubernetesParts::template),
                porter(),
                wanted.startTimeout());
    }

    private static Optional<KubernetesSettings.Porter> porter() {
        return PorterRuntime.programHash()
                .flatMap(hash -> PorterRuntime.program()
                        .map(program -> new KubernetesSettings.Porter(hash, ByteString.of(program))));
    }

    private static KubernetesSettings.Placement placement(Kubernetes wanted) {
        return new KubernetesSettings.Placement(
                labels(wanted),
                wanted.tolerations().stream()
                        .map(KubernetesSettings.Toleration::parse)
                        .toList(),
                wanted.cpuRequest(),
                wanted.memoryRequest() == 0 ? OptionalLong.empty() : OptionalLong.of(wanted.memoryRequest()),
                wanted.pullSecrets());
    }

    private static Map<String, String> labels(Kubernetes wanted) {
        var labels = new HashMap<String, String>();
        for (var each : wanted.nodeSelector()) {
            int equals = each.indexOf('=');
            labels.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return labels;
    }

    private static JsonNode template(Path file) {
        try {
            var tree = YamlTree.parse(KubeFiles.text(file));
            PodTemplate.check(tree);
            return tree;
        } catch (IOException e) {
            throw new ShedException(
                    Failure.config(
                            "engine.kubernetes.pod-template: " + file,
                            String.valueOf(e.getMessage()),
                            "a part of a pod, such as spec: {priorityClassName: sheds}"),
                    e);
        }
    }
}
