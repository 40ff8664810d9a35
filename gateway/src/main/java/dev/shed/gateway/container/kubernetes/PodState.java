package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerDetails.Ending;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the status of a pod means for its shed. Every part of it may be missing.
final class PodState {
    /// Why a container waits if its image cannot be had.
    private static final Set<String> NO_IMAGE = Set.of("ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName");

    /// Why it waits if its program cannot be run.
    private static final Set<String> NO_PROGRAM =
            Set.of("CreateContainerError", "CreateContainerConfigError", "RunContainerError", "CrashLoopBackOff");

    /// Of these, nothing can be said but that they take time.
    private static final Set<String> USUAL = Set.of("ContainerCreating", "PodInitializing");

    private static final int LONGEST = 300;

    private PodState() {}

    /// The state of a shed whose claim exists.
    static State of(Optional<JsonNode> pod) {
        if (pod.isEmpty() || isFinished(pod.get())) {
            return State.STOPPED;
        }
        var now = pod.get();
        if (Names.isDeleting(now)) {
            return State.RESTARTING;
        }
        var container = container(now);
        if (container.path("state").has("running")) {
            return isLost(now) ? State.BROKEN : State.RUNNING;
        }
        return phase(now).equals("Running") ? State.RESTARTING : State.STARTING;
    }

    static String phase(JsonNode pod) {
        return pod.path("status").path("phase").asText("Pending");
    }

    static String node(JsonNode pod) {
        return pod.path("spec").path("nodeName").asText("");
    }

    /// Whether it has ended for good: evicted, or its node was shut down.
    static boolean isFinished(JsonNode pod) {
        return Set.of("Failed", "Succeeded").contains(phase(pod));
    }

    /// The status of the container with the shed's processes.
    static JsonNode container(JsonNode pod) {
        for (var status : pod.path("status").path("containerStatuses")) {
            if (status.path("name").asText("").equals(Names.CONTAINER)) {
                return status;
            }
        }
        return pod.path("status").path("containerStatuses").path(-1);
    }

    /// Whether its node has not been heard of: the cluster then says that a pod that runs is not ready.
    static boolean isLost(JsonNode pod) {
        return container(pod).path("ready").asBoolean()
                && condition(pod, "Ready").path("status").asText("").equals("False");
    }

    private static JsonNode condition(JsonNode pod, String type) {
        for (var condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asText("").equals(type)) {
                return condition;
            }
        }
        return pod.path("status").path("conditions").path(-1);
    }

    /// Why the pod does not run, as a clause; empty if it does.
    static Optional<String> why(JsonNode pod) {
        if (isFinished(pod)) {
            return Optional.of("its pod ended: " + reasonAndMessage(pod.path("status")));
        }
        if (Names.isDeleting(pod)) {
            return Optional.of("its pod is ending" + onNode(pod));
        }
        if (container(pod).path("state").has("running")) {
            return isLost(pod) ? Optional.of("its node " + node(pod) + " does not answer") : Optional.empty();
        }
        return Optional.of(waiting(pod));
    }

    private static String waiting(JsonNode pod) {
        for (var list : List.of("initContainerStatuses", "containerStatuses")) {
            for (var status : pod.path("status").path(list)) {
                var waits = status.path("state").path("waiting");
                var reason = waits.path("reason").asText("");
                if (!reason.isEmpty() && !USUAL.contains(reason)) {
                    return reasonAndMessage(waits) + ended(status);
                }
            }
        }
        var scheduled = condition(pod, "PodScheduled");
        if (scheduled.path("status").asText("").equals("False")) {
            return "no node takes its pod: " + reasonAndMessage(scheduled);
        }
        return node(pod).isEmpty() ? "its pod waits for a node" : "its containers are being created" + onNode(pod);
    }

    /// How the container ended that is started again and again.
    private static String ended(JsonNode status) {
        var last = status.path("lastState").path("terminated");
        var message = shortened(last.path("message").asText(""));
        return last.has("exitCode")
                ? " (exit " + last.path("exitCode").asInt() + (message.isEmpty() ? "" : ": " + message) + ")"
                : "";
    }

    private static String onNode(JsonNode pod) {
        return node(pod).isEmpty() ? "" : " on " + node(pod);
    }

    private static String reasonAndMessage(JsonNode of) {
        var reason = of.path("reason").asText("");
        var message = shortened(of.path("message").asText(""));
        return message.isEmpty() ? (reason.isEmpty() ? "no reason is given" : reason) : reason + ": " + message;
    }

    /// What the cluster says, on one line and not longer than [#LONGEST].
    static String shortened(String text) {
        var line = text.strip().replaceAll("\\s+", " ");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }

    /// Whether its image cannot be had.
    static boolean lacksImage(JsonNode pod) {
        return waitsFor(pod, NO_IMAGE);
    }

    /// Whether its program, or the one that fills its home, cannot be run.
    static boolean lacksProgram(JsonNode pod) {
        return waitsFor(pod, NO_PROGRAM);
    }

    private static boolean waitsFor(JsonNode pod, Set<String> reasons) {
        for (var list : List.of("initContainerStatuses", "containerStatuses")) {
            for (var status : pod.path("status").path(list)) {
                if (reasons.contains(
                        status.path("state").path("waiting").path("reason").asText(""))) {
                    return true;
                }
            }
        }
        return false;
    }

    /// How the container, or the whole pod, ended last.
    static Optional<Ending> ending(JsonNode pod) {
        var status = container(pod);
        var now = status.path("state").path("terminated");
        var ended = now.isObject() ? now : status.path("lastState").path("terminated");
        if (ended.isObject()) {
            return Optional.of(new Ending(
                    ended.path("exitCode").asInt(),
                    ended.path("reason").asText("").equals("OOMKilled"),
                    isFinished(pod) ? reasonAndMessage(pod.path("status")) : "",
                    time(ended.path("finishedAt"))));
        }
        return isFinished(pod)
                ? Optional.of(new Ending(0, false, reasonAndMessage(pod.path("status")), Optional.empty()))
                : Optional.empty();
    }

    /// When the container started that runs.
    static Optional<Instant> started(JsonNode pod) {
        var state = container(pod).path("state");
        return time(state.path("running").path("startedAt"))
                .or(() -> time(state.path("terminated").path("startedAt")));
    }

    static Optional<Instant> time(JsonNode value) {
        try {
            return value.asText("").isEmpty() ? Optional.empty() : Optional.of(Instant.parse(value.asText()));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
