package dev.shed.gateway.container.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Distinguishes the labels that were put on a container from those that it inherited from its image. An
/// image that `docker commit` makes of a shed carries the shed's labels, and so does every container created
/// from it.
final class InheritedLabels {
    /// This label describes the files in an image, so it may be inherited.
    private static final String USER = "shed.user";

    /// The labels of an image never change. This many are enough for any host; beyond it the cache is
    /// cleared.
    private static final int MAX_IMAGES = 1000;

    private final EngineClient engine;

    /// The shed labels of images, by the image's id.
    private final Map<String, Map<String, String>> images = new ConcurrentHashMap<>();

    InheritedLabels(EngineClient engine) {
        this.engine = engine;
    }

    static boolean isOurs(String label) {
        return label.equals(Containers.SHED) || label.startsWith(Containers.SHED + ".");
    }

    /// The labels of a container without those inherited from its image. If [Containers#NAME] is missing from
    /// the result, the container is no shed.
    Map<String, String> without(String imageId, Map<String, String> labels) {
        var inherited = ofImage(imageId);
        var own = new HashMap<>(labels);
        own.entrySet()
                .removeIf(label -> isOurs(label.getKey()) && label.getValue().isEmpty());
        if (!inherited.isEmpty() && !wasMadeByAGateway(labels, inherited)) {
            own.entrySet().removeIf(label -> label.getValue().equals(inherited.get(label.getKey())));
        }
        return own;
    }

    /// Whether `create` made the container: each call sets a mark of its own. It also overrides every
    /// inherited label.
    private static boolean wasMadeByAGateway(Map<String, String> labels, Map<String, String> inherited) {
        var mark = labels.get(Container.CREATION);
        return mark != null && !mark.equals(inherited.get(Container.CREATION));
    }

    /// The shed labels of an image. Empty if the image no longer exists or the engine cannot inspect it: a
    /// damaged image must not make every shed unusable.
    Map<String, String> ofImage(String imageId) {
        var known = images.get(imageId);
        if (known != null || imageId.isEmpty()) {
            return known == null ? Map.of() : known;
        }
        try {
            var described = engine.json("/images/" + imageId + "/json");
            return remember(imageId, labels(described.path("Config").path("Labels")));
        } catch (EngineRefusedException _) {
            return Map.of();
        }
    }

    private Map<String, String> remember(String imageId, Map<String, String> labels) {
        if (images.size() >= MAX_IMAGES) {
            images.clear();
        }
        images.put(imageId, labels);
        return labels;
    }

    private static Map<String, String> labels(JsonNode described) {
        var ours = new HashMap<String, String>();
        described.properties().stream()
                .filter(label -> isOurs(label.getKey()))
                .filter(label -> !label.getKey().equals(Containers.SHED)
                        && !label.getKey().equals(USER))
                .forEach(label -> ours.put(label.getKey(), label.getValue().asText("")));
        return ours;
    }
}
