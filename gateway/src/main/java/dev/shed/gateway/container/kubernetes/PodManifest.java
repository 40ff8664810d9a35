package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.name.ShedName;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The pod of a shed: an init container that fills the home on the claim, and one container with the shed's processes.
/// It satisfies the Pod Security Standard "restricted".
record PodManifest(KubernetesSettings settings) {
    /// Fills the home on the claim from the image, once.
    private static final String FILL_HOME = """
            set -e
            cd "$1"
            [ -d workspace ] || mkdir workspace
            [ -e .shed-home ] && exit
            rm -rf home
            mkdir home
            if [ -d "$2" ]; then cp -a "$2/." home/; fi
            : >.shed-home
            """;

    /// The main program. As process 1 it ends when it is told to, and waits for children of others that ended.
    private static final String IDLE = """
            trap 'exit 0' TERM INT
            while :; do sleep 86400 & wait "$!"; done
            """;

    private static final String MOUNTED_CLAIM = "/.shed/claim";

    /// Where the program of the porter is mounted.
    static final String PORTER = Container.RUN_DIRECTORY + "/" + PorterProgram.KEY;

    /// Read and execute for all.
    private static final int EXECUTABLE = 0755;

    private static final long NANOS_OF_A_MILLI = 1_000_000;

    /// The pod of a claim.
    ObjectNode of(Claim claim) {
        var pod = JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Pod");
        var spec = pod.putObject("spec");
        spec.put("hostname", claim.shed().value())
                .put("automountServiceAccountToken", false)
                .put("enableServiceLinks", false)
                .put("restartPolicy", "Always");
        secure(spec.putObject("securityContext"));
        place(spec);
        spec.putArray("initContainers").add(home(claim));
        spec.putArray("containers").add(shed(claim));
        volumes(spec.putArray("volumes"), claim);
        var merged = settings.template()
                .map(template -> PodTemplate.merged(pod, template))
                .orElse(pod);
        identify(merged, claim);
        return merged;
    }

    /// A pod to try an image in, without a claim. It has no name yet.
    ObjectNode trial(String image) {
        var none = new Claim.Spec(image, Map.of(), Map.of(), Limits.NONE, Instant.EPOCH, "", false);
        var pod = of(new Claim(ShedName.parse("trial"), "", "", none, false, false, false));
        var spec = pod.withObjectProperty("spec");
        spec.remove("initContainers");
        for (var volume : spec.path("volumes")) {
            if (volume.has("persistentVolumeClaim") && volume instanceof ObjectNode changed) {
                changed.remove("persistentVolumeClaim");
                changed.putObject("emptyDir");
            }
        }
        var metadata = pod.withObjectProperty("metadata");
        metadata.putObject("labels").put(Names.SHED, "trial");
        metadata.remove("annotations");
        return pod;
    }

    /// What the gateway finds the pod by, which no template changes.
    private void identify(ObjectNode pod, Claim claim) {
        var metadata = pod.withObjectProperty("metadata");
        metadata.put("name", Names.of(claim.shed())).put("namespace", settings.namespace());
        metadata.withObjectProperty("labels")
                .put(Names.SHED, Names.RUNS)
                .put(Names.NAME, claim.shed().value());
        metadata.withObjectProperty("annotations").put(Names.CLAIM, claim.uid());
    }

    private void secure(ObjectNode context) {
        int id = settings.account().id();
        context.put("runAsUser", id).put("runAsGroup", id).put("fsGroup", id);
        context.put("runAsNonRoot", id != 0).put("fsGroupChangePolicy", "OnRootMismatch");
        context.putObject("seccompProfile").put("type", "RuntimeDefault");
    }

    private void place(ObjectNode spec) {
        var placement = settings.placement();
        var selector = spec.putObject("nodeSelector");
        // The porter's program is that of this architecture.
        selector.put("kubernetes.io/arch", System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
        placement.nodeSelector().forEach(selector::put);
        var tolerations = spec.putArray("tolerations");
        for (var each : placement.tolerations()) {
            var toleration = tolerations.addObject().put("key", each.key());
            toleration.put("operator", each.value().isPresent() ? "Equal" : "Exists");
            each.value().ifPresent(value -> toleration.put("value", value));
            each.effect().ifPresent(effect -> toleration.put("effect", effect));
        }
        var secrets = spec.putArray("imagePullSecrets");
        placement.pullSecrets().forEach(name -> secrets.addObject().put("name", name));
    }

    private static ObjectNode container(String name, Claim claim, List<String> command) {
        var container = JsonNodeFactory.instance.objectNode();
        container
                .put("name", name)
                .put("image", claim.spec().image())
                .put("imagePullPolicy", "IfNotPresent")
                .put("terminationMessagePolicy", "FallbackToLogsOnError");
        var words = container.putArray("command");
        command.forEach(words::add);
        var context = container.putObject("securityContext").put("allowPrivilegeEscalation", false);
        context.putObject("capabilities").putArray("drop").add("ALL");
        return container;
    }

    private ObjectNode home(Claim claim) {
        var container = container(
                "home",
                claim,
                List.of(
                        "sh",
                        "-c",
                        FILL_HOME,
                        "home",
                        MOUNTED_CLAIM,
                        settings.account().home()));
        container.set("resources", resources(claim.spec().limits()));
        mount(container.putArray("volumeMounts"), "claim", MOUNTED_CLAIM);
        return container;
    }

    private ObjectNode shed(Claim claim) {
        var container = container(Names.CONTAINER, claim, List.of("sh", "-c", IDLE));
        container.put("workingDir", settings.account().home());
        container.set("resources", resources(claim.spec().limits()));
        var environment = container.putArray("env");
        variable(environment, "TMUX_TMPDIR", Container.SOCKETS);
        variable(environment, "HOME", settings.account().home());
        claim.spec().environment().forEach((name, value) -> variable(environment, name, value));
        var mounts = container.putArray("volumeMounts");
        mount(mounts, "claim", settings.account().home()).put("subPath", "home");
        mount(mounts, "claim", settings.workspace()).put("subPath", "workspace");
        mount(mounts, "sockets", "/.shed");
        settings.porter()
                .ifPresent(_ -> mount(mounts, "porter", Container.RUN_DIRECTORY).put("readOnly", true));
        return container;
    }

    private static void variable(ArrayNode environment, String name, String value) {
        environment.addObject().put("name", name).put("value", value.replace("$(", "$$("));
    }

    private static ObjectNode mount(ArrayNode mounts, String name, String path) {
        return mounts.addObject().put("name", name).put("mountPath", path);
    }

    private void volumes(ArrayNode volumes, Claim claim) {
        volumes.addObject()
                .put("name", "claim")
                .putObject("persistentVolumeClaim")
                .put("claimName", Names.of(claim.shed()));
        volumes.addObject().put("name", "sockets").putObject("emptyDir");
        settings.porter()
                .ifPresent(porter -> volumes.addObject()
                        .put("name", "porter")
                        .putObject("configMap")
                        .put("name", PorterProgram.name(porter.hash()))
                        .put("defaultMode", EXECUTABLE));
    }

    private ObjectNode resources(Limits limited) {
        var resources = JsonNodeFactory.instance.objectNode();
        var limits = resources.putObject("limits");
        limited.nanoCpus().ifPresent(nanos -> limits.put("cpu", millis(nanos)));
        limited.memory().ifPresent(bytes -> limits.put("memory", Long.toString(bytes)));
        limited.disk().ifPresent(bytes -> limits.put("ephemeral-storage", Long.toString(bytes)));
        var requests = resources.putObject("requests");
        var placement = settings.placement();
        // A request may not be larger than the limit, and without one the cluster reserves the limit.
        placement.cpuRequest().ifPresent(cpus -> requests.put("cpu", atMost(cpus, limited.nanoCpus())));
        placement
                .memoryRequest()
                .ifPresent(bytes -> requests.put(
                        "memory", Long.toString(Math.min(bytes, limited.memory().orElse(bytes)))));
        return resources;
    }

    /// @param cpus as `250m` or `0.5`
    private static String atMost(String cpus, OptionalLong nanoCpus) {
        var nanos = cpus.endsWith("m")
                ? new BigDecimal(cpus.substring(0, cpus.length() - 1)).movePointRight(6)
                : new BigDecimal(cpus).movePointRight(9);
        return nanoCpus.isPresent() && nanos.compareTo(BigDecimal.valueOf(nanoCpus.getAsLong())) > 0
                ? millis(nanoCpus.getAsLong())
                : cpus;
    }

    private static String millis(long nanoCpus) {
        return Math.max(1, nanoCpus / NANOS_OF_A_MILLI) + "m";
    }
}
