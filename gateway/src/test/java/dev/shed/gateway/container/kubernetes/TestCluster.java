package dev.shed.gateway.container.kubernetes;

import static java.util.Objects.requireNonNullElse;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.docker.LiveShed;
import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.container.kubernetes.api.Cluster;
import dev.shed.gateway.container.kubernetes.api.KubeConfig;
import dev.shed.gateway.container.porter.PorterRuntime;
import dev.shed.gateway.container.porter.RefusedAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The cluster that `KUBECONFIG` names, for tests that `scripts/test-kubernetes` runs. The image, the namespace and the
/// storage class come from its options.
final class TestCluster {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private TestCluster() {}

    static String image() {
        return requireNonNullElse(System.getenv("SHED_TEST_IMAGE"), "shed-base:latest");
    }

    static KubernetesEngine engine() {
        return engine(requireNonNullElse(
                System.getenv("SHED_TEST_NAMESPACE"), cluster().namespace()));
    }

    private static Cluster cluster() {
        var file = Path.of(requireNonNullElse(System.getenv("KUBECONFIG"), "/nonexistent"));
        return KubeConfig.load(file, Optional.empty(), Clock.systemUTC());
    }

    static KubernetesEngine engine(String namespace) {
        var porter = new KubernetesSettings.Porter(
                PorterRuntime.programHash().orElseThrow(),
                ByteString.of(PorterRuntime.program().orElseThrow()));
        var settings = new KubernetesSettings(
                namespace,
                "cluster-test",
                new KubernetesSettings.Claim(Optional.ofNullable(System.getenv("SHED_TEST_STORAGE_CLASS")), 128L << 20),
                new KubernetesSettings.Placement(
                        Map.of(), List.of(), Optional.empty(), OptionalLong.empty(), List.of()),
                new KubernetesSettings.Account(1000, "/home/dev"),
                "/workspace",
                Optional.empty(),
                Optional.of(porter),
                Duration.ofMinutes(2));
        return new KubernetesEngine(new ApiClient(cluster(), LIMIT, (_, _) -> {}), settings);
    }

    static ContainerAccess access() {
        try {
            var porters = new PorterRuntime(
                    engine(),
                    new PorterRuntime.Settings(
                            Files.createTempDirectory("shed-run"),
                            "dev",
                            Duration.ofSeconds(2),
                            RefusedAddresses.NONE));
            return new ContainerAccess(porters.engine(), porters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A running shed.
    static LiveShed start() {
        var access = access();
        var made = access.engine()
                .create(new ContainerSpec(LiveShed.freshName(), image(), Map.of(Container.CREATION, "test")));
        access.engine().start(made);
        return new LiveShed(access, access.engine().find(made.shed()).orElseThrow());
    }
}
