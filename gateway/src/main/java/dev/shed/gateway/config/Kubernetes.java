package dev.shed.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The section `engine.kubernetes`, which applies with `engine.kind: kubernetes`.
///
/// @param kubeconfig the file that names the cluster and the user; empty for the service account of the gateway's pod
/// @param context of the kubeconfig; empty for its current one
/// @param namespace of the sheds; empty for that of the context or of the service account
/// @param storageClass of the claims; empty for the cluster's default
/// @param size bytes of a new claim
/// @param userId the number of the user and group of all processes
/// @param home where the home directory is mounted; empty for `/home/` and `shed.user`
/// @param nodeSelector labels of nodes, as `KEY=VALUE`
/// @param tolerations taints, as `KEY[=VALUE][:EFFECT]`
/// @param cpuRequest processors that are reserved for a pod, but not more than its limit, in the cluster's
/// notation
/// @param memoryRequest bytes that are reserved for a pod; 0 for none
/// @param pullSecrets names of secrets with the login of an image registry
/// @param podTemplate a file with a part of a pod that is merged into each; empty for none
/// @param startTimeout how long a pod may take until it runs
public record Kubernetes(
        Optional<Path> kubeconfig,
        Optional<String> context,
        Optional<String> namespace,
        Optional<String> storageClass,
        long size,
        int userId,
        Optional<String> home,
        List<String> nodeSelector,
        List<String> tolerations,
        Optional<String> cpuRequest,
        long memoryRequest,
        List<String> pullSecrets,
        Optional<Path> podTemplate,
        Duration startTimeout) {
    public static final Kubernetes DEFAULTS = new Kubernetes(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            10L << 30,
            1000,
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            0,
            List.of(),
            Optional.empty(),
            Duration.ofMinutes(5));

    public Kubernetes {
        Rule.NO_PATH_OR_ABSOLUTE.require("engine.kubernetes.kubeconfig", kubeconfig);
        Rule.NO_PATH_OR_ABSOLUTE.require("engine.kubernetes.pod-template", podTemplate);
        Rule.OBJECT_NAME.require("engine.kubernetes.namespace", namespace);
        Rule.OBJECT_NAME.require("engine.kubernetes.storage-class", storageClass);
        Rule.CLAIM_SIZE.require("engine.kubernetes.size", size);
        Rule.USER_ID.require("engine.kubernetes.user-id", userId);
        Rule.HOME.require("engine.kubernetes.home", home);
        Rule.CPU_REQUEST.require("engine.kubernetes.cpu-request", cpuRequest);
        Rule.MEMORY.require("engine.kubernetes.memory-request", memoryRequest);
        Rule.POSITIVE_DURATION.require("engine.kubernetes.start-timeout", startTimeout);
        nodeSelector.forEach(label -> Rule.NODE_LABEL.require("engine.kubernetes.node-selector", label));
        tolerations.forEach(taint -> Rule.TOLERATION.require("engine.kubernetes.tolerations", taint));
        pullSecrets.forEach(name -> Rule.SECRET_NAME.require("engine.kubernetes.pull-secrets", name));
        nodeSelector = List.copyOf(nodeSelector);
        tolerations = List.copyOf(tolerations);
        pullSecrets = List.copyOf(pullSecrets);
    }
}
