package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.name.ShedName;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A PersistentVolumeClaim that is the record of a shed: its labels and what the shed was created with are there.
///
/// @param spec what the shed was created with
/// @param isKept whether its shed was deleted and the claim was kept
/// @param isStopped whether the shed was stopped on purpose
record Claim(
        ShedName shed, String uid, String version, Spec spec, boolean isKept, boolean isStopped, boolean isDeleting) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CREATED = "shed.created";

    /// Why the shed cannot be used if [#isDeleting].
    static final String BEING_REMOVED = "the cluster is removing its claim, once its pod has ended";

    /// What a shed was created with, as the annotation [Names#SPEC] has it.
    ///
    /// @param home where the home directory is mounted
    /// @param onKept whether the claim had been kept before
    record Spec(
            String image,
            Map<String, String> labels,
            Map<String, String> environment,
            Limits limits,
            Instant created,
            String home,
            boolean onKept) {
        static Spec of(ContainerSpec wanted, Instant now, String home, boolean onKept) {
            return new Spec(wanted.image(), wanted.labels(), wanted.environment(), wanted.limits(), now, home, onKept);
        }

        /// As the annotation has it.
        String text() {
            var text = JsonNodeFactory.instance.objectNode();
            text.put("image", image)
                    .put("created", created.toString())
                    .put("home", home)
                    .put("onKept", onKept);
            labels.forEach(text.putObject("labels")::put);
            environment.forEach(text.putObject("environment")::put);
            var limited = text.putObject("limits");
            limits.nanoCpus().ifPresent(value -> limited.put("nanoCpus", value));
            limits.memory().ifPresent(value -> limited.put("memory", value));
            limits.disk().ifPresent(value -> limited.put("disk", value));
            try {
                return JSON.writeValueAsString(text);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }

        /// Others can change the annotation, so each part may be missing.
        private static Spec parse(String text, Instant fallback) {
            JsonNode read;
            try {
                read = JSON.readTree(text);
            } catch (JsonProcessingException _) {
                read = JsonNodeFactory.instance.objectNode();
            }
            var limits = read.path("limits");
            return new Spec(
                    read.path("image").asText(""),
                    map(read.path("labels")),
                    map(read.path("environment")),
                    new Limits(
                            number(limits.path("nanoCpus")),
                            number(limits.path("memory")),
                            OptionalLong.empty(),
                            number(limits.path("disk"))),
                    time(read.path("created").asText("")).orElse(fallback),
                    read.path("home").asText(""),
                    read.path("onKept").asBoolean());
        }

        private static OptionalLong number(JsonNode value) {
            return value.canConvertToLong() && value.asLong() > 0
                    ? OptionalLong.of(value.asLong())
                    : OptionalLong.empty();
        }

        private static Map<String, String> map(JsonNode object) {
            var all = new HashMap<String, String>();
            object.properties()
                    .forEach(each -> all.put(each.getKey(), each.getValue().asText("")));
            return all;
        }
    }

    /// The claim that an object of the cluster is; empty if it belongs to no shed.
    static Optional<Claim> of(JsonNode object) {
        var metadata = object.path("metadata");
        var label = metadata.path("labels").path(Names.SHED).asText("");
        if (!label.equals(Names.RUNS) && !label.equals(Names.KEPT)) {
            return Optional.empty();
        }
        var made = time(metadata.path("creationTimestamp").asText("")).orElse(Instant.EPOCH);
        return Names.shed(object)
                .map(shed -> new Claim(
                        shed,
                        Names.uid(object),
                        metadata.path("resourceVersion").asText(""),
                        Spec.parse(Names.annotation(object, Names.SPEC), made),
                        label.equals(Names.KEPT),
                        Names.annotation(object, Names.STOPPED).equals("true"),
                        Names.isDeleting(object)));
    }

    /// A new claim.
    static ObjectNode manifest(ShedName shed, Spec spec, KubernetesSettings.Claim settings) {
        var claim =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
        var metadata = claim.putObject("metadata").put("name", Names.of(shed));
        metadata.putObject("labels").put(Names.SHED, Names.RUNS).put(Names.NAME, shed.value());
        metadata.putObject("annotations").put(Names.SPEC, spec.text());
        var wanted = claim.putObject("spec");
        wanted.putArray("accessModes").add("ReadWriteOnce");
        settings.storageClass().ifPresent(name -> wanted.put("storageClassName", name));
        wanted.putObject("resources").putObject("requests").put("storage", Long.toString(settings.size()));
        return claim;
    }

    /// The labels as a container of another engine would have them.
    Map<String, String> labels() {
        var labels = new HashMap<>(spec.labels());
        labels.put(Names.SHED, "true");
        labels.put(Names.NAME, shed.value());
        labels.put(CREATED, spec.created().toString());
        if (isStopped) {
            labels.put(Container.STOPPED, "true");
        }
        return labels;
    }

    /// The same, of its volumes.
    Map<String, String> volumeLabels() {
        var labels = new HashMap<>(spec.labels());
        labels.put(ContainerSpec.HOME, spec.home());
        return labels;
    }

    /// The shed as the gateway sees it.
    Container container(Optional<JsonNode> pod) {
        return new Container(
                uid,
                shed,
                isDeleting ? Container.State.BROKEN : PodState.of(pod),
                spec.created(),
                spec.image(),
                labels(),
                Optional.of(Names.of(shed)),
                Optional.of(Names.of(shed)),
                Optional.empty());
    }

    private static Optional<Instant> time(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
