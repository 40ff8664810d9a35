package dev.shed.gateway.container.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Tells the labels that the gateway or a person put on a container from those that it has of its image. The image that
/// `docker commit` makes of a shed carries the shed's labels, and so does every container that is made of it.
final class InheritedLabels {
    /// It is about the files in an image, so it may come with them.
    private static final String USER = "shed.user";

    /// What is known of an image never changes; this many are enough for any host, and few enough to forget all.
    private static final int MAX_IMAGES = 1000;

    private final EngineClient engine;

    /// The labels of images that are about sheds, by the image's id.
    private final Map<String, Map<String, String>> images = new ConcurrentHashMap<>();

    InheritedLabels(EngineClient engine) {
        this.engine = engine;
    }

    static boolean isOurs(String label) {
        return label.equals(Containers.SHED) || label.startsWith(Containers.SHED + ".");
    }

    /// The labels that count of a container that was made of an image. Without [Containers#NAME] it is no shed.
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

    /// Each call of `create` has a mark of its own, and says of every label of the image's what it is now.
    private static boolean wasMadeByAGateway(Map<String, String> labels, Map<String, String> inherited) {
        var mark = labels.get(Container.CREATION);
        return mark != null && !mark.equals(inherited.get(Container.CREATION));
    }

    /// The labels of an image that are about sheds. One that is gone, or that the engine cannot look at, says
    /// nothing: a damaged image must not keep people out of every shed.
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
