package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Merges the operator's template into a pod. What the template says wins. Objects are merged key by key; elements of
/// the lists below with the element of the same name, and all others are added.
public final class PodTemplate {
    /// The keys by which elements of lists are the same.
    private static final Map<String, String> IDENTITY = Map.of(
            "containers", "name",
            "initContainers", "name",
            "volumes", "name",
            "env", "name",
            "volumeMounts", "mountPath");

    /// Lists whose elements replace the others.
    private static final List<String> WHOLE = List.of("command", "args", "drop", "add");

    private PodTemplate() {}

    /// Checks what is needed for merging. The rest of it is checked by the cluster when a pod is made.
    ///
    /// @throws IOException if it is no part of a pod
    public static void check(JsonNode template) throws IOException {
        requireMapping("it", template);
        var metadata = template.path("metadata");
        for (var part : List.of("spec", "metadata")) {
            requireMapping(part, template.path(part));
        }
        for (var part : List.of("labels", "annotations")) {
            requireMapping("metadata." + part, metadata.path(part));
        }
    }

    private static void requireMapping(String name, JsonNode part) throws IOException {
        if (!part.isObject() && !part.isMissingNode()) {
            throw new IOException(name + " is not a mapping");
        }
    }

    static ObjectNode merged(ObjectNode pod, JsonNode template) {
        var all = pod.deepCopy();
        merge(all, template);
        return all;
    }

    private static void merge(ObjectNode into, JsonNode from) {
        from.properties().forEach(each -> {
            var key = each.getKey();
            var value = each.getValue();
            if (value.isNull()) {
                into.remove(key);
            } else if (value.isObject() && into.path(key) instanceof ObjectNode there) {
                merge(there, value);
            } else if (value.isArray() && into.path(key) instanceof ArrayNode there && !WHOLE.contains(key)) {
                mergeList(there, value, Optional.ofNullable(IDENTITY.get(key)));
            } else {
                into.set(key, value.deepCopy());
            }
        });
    }

    private static void mergeList(ArrayNode into, JsonNode from, Optional<String> identity) {
        for (var element : from) {
            var same = identity.flatMap(key -> find(into, key, element.path(key).asText("")));
            if (same.isPresent()) {
                merge(same.get(), element);
            } else {
                into.add(element.deepCopy());
            }
        }
    }

    private static Optional<ObjectNode> find(ArrayNode in, String key, String value) {
        for (var each : in) {
            if (each instanceof ObjectNode object
                    && !value.isEmpty()
                    && object.path(key).asText("").equals(value)) {
                return Optional.of(object);
            }
        }
        return Optional.empty();
    }
}
