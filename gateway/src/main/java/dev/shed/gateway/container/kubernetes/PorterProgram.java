package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.container.kubernetes.api.ApiRefusedException;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The porter's program as a ConfigMap, one for each version of it. Pods mount it, so no image and no registry is
/// needed for it.
final class PorterProgram {
    /// The name of the file.
    static final String KEY = "porter";

    private static final String PREFIX = "shed-porter-";

    private final ApiClient api;
    private final KubernetesSettings settings;

    /// Names of the ConfigMaps that were there.
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    PorterProgram(ApiClient api, KubernetesSettings settings) {
        this.api = api;
        this.settings = settings;
    }

    static String name(String hash) {
        return PREFIX + hash;
    }

    /// Makes the ConfigMap of this gateway's version, unless it is there.
    void provide() {
        settings.porter().ifPresent(porter -> {
            if (seen.contains(porter.hash())) {
                return;
            }
            try {
                api.get(path() + "/" + name(porter.hash()));
            } catch (ApiRefusedException e) {
                e.throwUnless(ApiRefusedException.NOT_FOUND);
                make(porter);
            }
            seen.add(porter.hash());
        });
    }

    /// The ConfigMap may have been removed meanwhile.
    void forget() {
        seen.clear();
    }

    private String path() {
        return "/api/v1/namespaces/" + settings.namespace() + "/configmaps";
    }

    private void make(KubernetesSettings.Porter porter) {
        var map = JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata")
                .put("name", name(porter.hash()))
                .putObject("labels")
                .put(Names.SHED, KEY);
        map.put("immutable", true);
        map.putObject("binaryData")
                .put(KEY, Base64.getEncoder().encodeToString(porter.program().bytes()));
        try {
            api.post(path(), map);
        } catch (ApiRefusedException e) {
            // Another gateway made it at the same time.
            e.throwUnless(ApiRefusedException.CONFLICT);
        }
    }

    /// Whether a pod has mounted this version of the program.
    static boolean isMounted(JsonNode pod, String hash) {
        for (var volume : pod.path("spec").path("volumes")) {
            if (volume.path("configMap").path("name").asText("").equals(name(hash))) {
                return true;
            }
        }
        return false;
    }
}
