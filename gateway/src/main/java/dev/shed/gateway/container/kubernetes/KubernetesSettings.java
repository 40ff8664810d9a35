package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// How sheds are made on a cluster.
///
/// @param namespace where they are
/// @param gatewayId marks the processes that this gateway starts
/// @param claim the volume of a new shed
/// @param placement where its pod may run
/// @param account the user in the pod
/// @param workspace where the workspace is mounted
/// @param template merged into the pod; empty for none
/// @param porter the program that starts processes; empty if this gateway was built without one
/// @param startTimeout how long a pod may take until it runs
public record KubernetesSettings(
        String namespace,
        String gatewayId,
        Claim claim,
        Placement placement,
        Account account,
        String workspace,
        Optional<JsonNode> template,
        Optional<Porter> porter,
        Duration startTimeout) {
    /// The volume of a shed.
    ///
    /// @param storageClass empty for the cluster's default
    /// @param size bytes
    public record Claim(Optional<String> storageClass, long size) {}

    /// Where pods run, and what is reserved for them.
    ///
    /// @param cpuRequest in the cluster's notation, such as `250m`
    /// @param memoryRequest bytes
    /// @param pullSecrets names of secrets for the image's registry
    public record Placement(
            Map<String, String> nodeSelector,
            List<Toleration> tolerations,
            Optional<String> cpuRequest,
            OptionalLong memoryRequest,
            List<String> pullSecrets) {
        public Placement {
            nodeSelector = Map.copyOf(nodeSelector);
            tolerations = List.copyOf(tolerations);
            pullSecrets = List.copyOf(pullSecrets);
        }
    }

    /// A taint that a pod tolerates.
    ///
    /// @param value empty for any
    /// @param effect empty for all
    public record Toleration(String key, Optional<String> value, Optional<String> effect) {
        /// Parses `KEY[=VALUE][:EFFECT]`.
        public static Toleration parse(String text) {
            int colon = text.indexOf(':');
            var taint = colon < 0 ? text : text.substring(0, colon);
            int equals = taint.indexOf('=');
            return new Toleration(
                    equals < 0 ? taint : taint.substring(0, equals),
                    equals < 0 ? Optional.empty() : Optional.of(taint.substring(equals + 1)),
                    colon < 0 ? Optional.empty() : Optional.of(text.substring(colon + 1)));
        }
    }

    /// The user in a pod.
    ///
    /// @param id the number of the user and its group
    /// @param home where the home directory is mounted
    public record Account(int id, String home) {}

    /// The porter's program.
    ///
    /// @param hash identifies this version of it
    public record Porter(String hash, ByteString program) {}
}
