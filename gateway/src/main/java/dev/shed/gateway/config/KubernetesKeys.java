package dev.shed.gateway.config;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The keys of the section `engine.kubernetes`.
final class KubernetesKeys {
    private static final String SECTION = "engine.kubernetes.";

    private static final Key<Optional<Path>> KUBECONFIG = Key.of(
            SECTION + "kubeconfig", ValueType.PATH_OR_NONE, Rule.NO_PATH_OR_ABSOLUTE, Kubernetes.DEFAULTS.kubeconfig());
    private static final Key<Optional<String>> CONTEXT =
            Key.of(SECTION + "context", ValueType.TEXT_OR_NONE, Rule.ANY_TEXT, Kubernetes.DEFAULTS.context());
    private static final Key<Optional<String>> NAMESPACE =
            Key.of(SECTION + "namespace", ValueType.TEXT_OR_NONE, Rule.OBJECT_NAME, Kubernetes.DEFAULTS.namespace());
    private static final Key<Optional<String>> STORAGE_CLASS = Key.of(
            SECTION + "storage-class", ValueType.TEXT_OR_NONE, Rule.OBJECT_NAME, Kubernetes.DEFAULTS.storageClass());
    private static final Key<Long> SIZE =
            Key.of(SECTION + "size", ValueType.SIZE, Rule.CLAIM_SIZE, Kubernetes.DEFAULTS.size());
    private static final Key<Integer> USER_ID =
            Key.of(SECTION + "user-id", ValueType.NUMBER, Rule.USER_ID, Kubernetes.DEFAULTS.userId());
    private static final Key<Optional<String>> HOME =
            Key.of(SECTION + "home", ValueType.TEXT_OR_NONE, Rule.HOME, Kubernetes.DEFAULTS.home());
    private static final ListKey<String> NODE_SELECTOR =
            new ListKey<>(SECTION + "node-selector", ValueType.TEXT, Rule.NODE_LABEL);
    private static final ListKey<String> TOLERATIONS =
            new ListKey<>(SECTION + "tolerations", ValueType.TEXT, Rule.TOLERATION);
    private static final Key<Optional<String>> CPU_REQUEST =
            Key.of(SECTION + "cpu-request", ValueType.TEXT_OR_NONE, Rule.CPU_REQUEST, Kubernetes.DEFAULTS.cpuRequest());
    private static final Key<Long> MEMORY_REQUEST =
            Key.of(SECTION + "memory-request", ValueType.SIZE, Rule.MEMORY, Kubernetes.DEFAULTS.memoryRequest());
    private static final ListKey<String> PULL_SECRETS =
            new ListKey<>(SECTION + "pull-secrets", ValueType.TEXT, Rule.SECRET_NAME);
    private static final Key<Optional<Path>> POD_TEMPLATE = Key.of(
            SECTION + "pod-template",
            ValueType.PATH_OR_NONE,
            Rule.NO_PATH_OR_ABSOLUTE,
            Kubernetes.DEFAULTS.podTemplate());
    private static final Key<Duration> START_TIMEOUT = Key.of(
            SECTION + "start-timeout", ValueType.DURATION, Rule.POSITIVE_DURATION, Kubernetes.DEFAULTS.startTimeout());

    static final List<String> LISTS = Stream.of(NODE_SELECTOR, TOLERATIONS, PULL_SECRETS)
            .map(ListKey::path)
            .toList();

    /// The paths of the other keys.
    static final List<String> PATHS = Stream.of(
                    KUBECONFIG,
                    CONTEXT,
                    NAMESPACE,
                    STORAGE_CLASS,
                    SIZE,
                    USER_ID,
                    HOME,
                    CPU_REQUEST,
                    MEMORY_REQUEST,
                    POD_TEMPLATE,
                    START_TIMEOUT)
            .map(Key::path)
            .toList();

    private KubernetesKeys() {}

    /// Fails if another key asks for what a cluster does not have.
    static void requireFitting(GatewayConfig config) {
        if (!config.engine().isKubernetes()) {
            return;
        }
        if (!config.create().mounts().isEmpty()) {
            throw absent("create.mounts", "directories of the host cannot be mounted on a cluster", "an empty list");
        }
        if (!config.shed().network().equals("sheds")) {
            throw absent("shed.network", "a cluster has no networks to choose from", "sheds, the default");
        }
    }

    private static ShedException absent(String key, String why, String expected) {
        return new ShedException(
                Failure.config(key, why + " (engine.kind is kubernetes)", expected + "; docs/kubernetes.md says more"));
    }

    static Kubernetes read(YamlDocument document, DefaultPaths paths) {
        return new Kubernetes(
                document.get(KUBECONFIG, paths),
                document.get(CONTEXT, paths),
                document.get(NAMESPACE, paths),
                document.get(STORAGE_CLASS, paths),
                document.get(SIZE, paths),
                document.get(USER_ID, paths),
                document.get(HOME, paths),
                document.getAll(NODE_SELECTOR),
                document.getAll(TOLERATIONS),
                document.get(CPU_REQUEST, paths),
                document.get(MEMORY_REQUEST, paths),
                document.getAll(PULL_SECRETS),
                document.get(POD_TEMPLATE, paths),
                document.get(START_TIMEOUT, paths));
    }
}
