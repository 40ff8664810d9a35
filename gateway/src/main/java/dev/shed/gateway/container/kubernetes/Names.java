package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.util.Optional;

/// Names, labels and annotations of the objects of sheds.
final class Names {
    /// The label of claims and pods. Its value is [#RUNS] for a shed, and [#KEPT] for a claim that was kept when its
    /// shed was deleted.
    static final String SHED = "shed";

    static final String RUNS = "true";
    static final String KEPT = "kept";
    static final String NAME = "shed.name";

    /// The annotation of a claim with what its shed was created with, in JSON.
    static final String SPEC = "shed.dev/spec";

    /// The annotation of a claim whose shed was stopped on purpose.
    static final String STOPPED = "shed.dev/stopped";

    /// The annotation of a pod with the uid of its claim.
    static final String CLAIM = "shed.dev/claim-uid";

    /// The container in the pod.
    static final String CONTAINER = "shed";

    static final String SELECTOR = "?labelSelector=shed%3Dtrue";

    private static final String PREFIX = "shed-";

    private Names() {}

    /// The name of a shed's claim, and of its pod.
    static String of(ShedName shed) {
        return PREFIX + shed;
    }

    /// The shed of a claim or a pod; empty if the name and the label do not agree.
    static Optional<ShedName> shed(JsonNode object) {
        var metadata = object.path("metadata");
        var label = metadata.path("labels").path(NAME).asText("");
        try {
            var name = ShedName.parse(label);
            return metadata.path("name").asText("").equals(of(name)) ? Optional.of(name) : Optional.empty();
        } catch (ShedException _) {
            return Optional.empty();
        }
    }

    static String annotation(JsonNode object, String name) {
        return object.path("metadata").path("annotations").path(name).asText("");
    }

    static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asText("");
    }

    static boolean isDeleting(JsonNode object) {
        return !object.path("metadata").path("deletionTimestamp").asText("").isEmpty();
    }
}
