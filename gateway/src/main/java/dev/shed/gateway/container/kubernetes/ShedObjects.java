package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.container.kubernetes.api.ApiRefusedException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The claims and pods of a namespace, by their names.
final class ShedObjects {
    private final ApiClient api;
    private final String core;

    ShedObjects(ApiClient api, String namespace) {
        this.api = api;
        this.core = "/api/v1/namespaces/" + namespace;
    }

    String claims() {
        return core + "/persistentvolumeclaims";
    }

    String pods() {
        return core + "/pods";
    }

    String pod(ShedName shed) {
        return pods() + "/" + Names.of(shed);
    }

    private String claimPath(ShedName shed) {
        return claims() + "/" + Names.of(shed);
    }

    /// All sheds, by name.
    List<Container> list() {
        var running = new HashMap<String, JsonNode>();
        for (var pod : api.get(pods() + Names.SELECTOR).path("items")) {
            running.put(Names.annotation(pod, Names.CLAIM), pod);
        }
        return items(api.get(claims() + Names.SELECTOR))
                .flatMap(each -> Claim.of(each).stream())
                .map(claim -> claim.container(Optional.ofNullable(running.get(claim.uid()))))
                .sorted(Comparator.comparing(Container::shed))
                .toList();
    }

    private static Stream<JsonNode> items(JsonNode list) {
        return StreamSupport.stream(list.path("items").spliterator(), false);
    }

    Optional<Container> find(ShedName shed) {
        return claim(shed).filter(claim -> !claim.isKept()).map(claim -> claim.container(podOf(claim)));
    }

    /// The claim of this name if it is of a shed, also if it was kept.
    Optional<Claim> claim(ShedName shed) {
        return get(claimPath(shed)).flatMap(Claim::of);
    }

    /// The claim of a shed that exists. Fails with `SHED_NOT_FOUND` if it was removed, also if there is another one of
    /// its name now.
    Claim require(Container container) {
        return claim(container.shed())
                .filter(claim -> claim.uid().equals(container.id()) && !claim.isKept())
                .orElseThrow(() ->
                        new ShedException(Failure.shedNotFound(container.shed().value())));
    }

    /// The pod of a claim; empty if there is none, or one that another claim of this name had.
    Optional<JsonNode> podOf(Claim claim) {
        return pod(claim.shed(), claim.uid());
    }

    Optional<JsonNode> pod(ShedName shed, String claimUid) {
        return get(pod(shed)).filter(pod -> Names.annotation(pod, Names.CLAIM).equals(claimUid));
    }

    /// Whatever has the name of the shed's pod.
    Optional<JsonNode> anyPod(ShedName shed) {
        return get(pod(shed));
    }

    private Optional<JsonNode> get(String path) {
        try {
            return Optional.of(api.get(path));
        } catch (ApiRefusedException e) {
            e.throwUnless(ApiRefusedException.NOT_FOUND);
            return Optional.empty();
        }
    }

    /// Deletes a pod, and not another one of its name.
    void deletePod(JsonNode pod, long grace) {
        delete(pods() + "/" + pod.path("metadata").path("name").asText(), Names.uid(pod), grace);
    }

    void deleteClaim(Claim claim) {
        delete(claimPath(claim.shed()), claim.uid(), -1);
    }

    /// @param grace seconds until it is killed; negative for objects without processes
    private void delete(String path, String uid, long grace) {
        var options =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "DeleteOptions");
        options.putObject("preconditions").put("uid", uid);
        if (grace >= 0) {
            options.put("gracePeriodSeconds", grace);
        }
        try {
            api.delete(path, options);
        } catch (ApiRefusedException e) {
            // It is gone, or another one has its name.
            if (!e.is(ApiRefusedException.NOT_FOUND) && !e.is(ApiRefusedException.CONFLICT)) {
                throw e;
            }
        }
    }

    void createClaim(ObjectNode claim) {
        api.post(claims(), claim);
    }

    /// Makes a pod, and returns it as the cluster has it.
    JsonNode createPod(ObjectNode pod) {
        return api.post(pods(), pod);
    }

    /// Changes a claim, and not another one of its name: the server refuses another uid (409).
    ///
    /// @param label the new value of [Names#SHED]; empty if it stays as it is
    /// @param annotations null removes one
    /// @param unchanged whether the claim must be the version that was read
    void change(Claim claim, Optional<String> label, Map<String, Optional<String>> annotations, boolean unchanged) {
        var change = JsonNodeFactory.instance.objectNode();
        var metadata = change.putObject("metadata").put("uid", claim.uid());
        if (unchanged) {
            metadata.put("resourceVersion", claim.version());
        }
        label.ifPresent(value -> metadata.putObject("labels").put(Names.SHED, value));
        var changed = metadata.putObject("annotations");
        annotations.forEach(
                (name, value) -> value.ifPresentOrElse(text -> changed.put(name, text), () -> changed.putNull(name)));
        api.patch(claimPath(claim.shed()), change);
    }

    /// Why a shed does not run, with the newest warning that says more.
    ///
    /// @param why what the status of its pod says
    String explained(String why, Claim claim, Optional<JsonNode> pod) {
        return warnings(claim)
                .filter(event -> concerns(event, claim, pod))
                .filter(event -> saysMore(message(event), why))
                .max(Comparator.comparing(ShedObjects::last))
                .map(event ->
                        why + "; " + PodState.shortened(event.path("reason").asText("")) + ": " + message(event))
                .orElse(why);
    }

    /// The warnings about whatever has the name of the shed's claim and pod; none if the gateway may not list events.
    private Stream<JsonNode> warnings(Claim claim) {
        var selector = ApiClient.encoded("involvedObject.name=" + Names.of(claim.shed()) + ",type=Warning");
        try {
            return items(api.get(core + "/events?limit=100&fieldSelector=" + selector));
        } catch (ApiRefusedException _) {
            return Stream.empty();
        }
    }

    /// Whether a warning is about this claim or this pod, and not about what is over: a pod with a node is scheduled.
    private static boolean concerns(JsonNode event, Claim claim, Optional<JsonNode> pod) {
        var uid = event.path("involvedObject").path("uid").asText("");
        if (uid.equals(claim.uid())) {
            return true;
        }
        boolean isOver = event.path("reason").asText("").equals("FailedScheduling")
                && pod.filter(each -> !PodState.node(each).isEmpty()).isPresent();
        return !isOver && pod.filter(each -> uid.equals(Names.uid(each))).isPresent();
    }

    /// `Error: ErrImagePull` and the like repeat the status without its details.
    private static boolean saysMore(String message, String why) {
        return !message.startsWith("Error: ") && !why.contains(message);
    }

    private static String message(JsonNode event) {
        return PodState.shortened(event.path("message").asText(""));
    }

    private static String last(JsonNode event) {
        return event.path("lastTimestamp").asText(event.path("eventTime").asText(""));
    }
}
