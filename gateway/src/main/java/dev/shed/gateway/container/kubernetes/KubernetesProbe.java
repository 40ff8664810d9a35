package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.container.EngineProbe;
import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.container.kubernetes.api.ApiRefusedException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.stream.Tail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// A probe of a namespace of a cluster.
public final class KubernetesProbe implements EngineProbe {
    /// Prints what a login needs to know, as a trial of a Docker Engine does.
    private static final String TRIAL = "tmux -V; \"$1\" --version";

    /// The cluster ends a trial that was left behind.
    private static final int DEADLINE_SECONDS = 180;

    private static final int MAX_OUTPUT = 1000;
    private static final long STEP = 250;

    private static final Pattern TMUX = Pattern.compile("(?m)^tmux (?:next-)?([0-9][0-9a-z.-]{0,30})\\s*$");
    private static final Pattern PORTER_SAYS = Pattern.compile("(?m)^porter \\S+ protocol \\d+\\s*$");

    private final ApiClient api;
    private final KubernetesSettings settings;
    private final ShedObjects objects;
    private final KubernetesCures cures;

    public KubernetesProbe(ApiClient api, KubernetesSettings settings) {
        this.api = api;
        this.settings = settings;
        this.objects = new ShedObjects(api, settings.namespace());
        this.cures = new KubernetesCures(settings.namespace());
    }

    @Override
    public Engine engine() {
        var version = api.get("/version");
        return new Engine(
                "Kubernetes " + version.path("gitVersion").asText("of an unknown version"),
                version.path("major").asText("1") + "."
                        + version.path("minor").asText("0").replaceAll("[^0-9].*", ""),
                Optional.empty());
    }

    @Override
    public List<String> missingRights() {
        var missing = new ArrayList<String>();
        for (var right : Right.NEEDED) {
            var review = JsonNodeFactory.instance.objectNode();
            review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
            var asked = review.putObject("spec").putObject("resourceAttributes");
            asked.put("namespace", settings.namespace())
                    .put("verb", right.verb())
                    .put("resource", right.resource());
            right.subresource().ifPresent(part -> asked.put("subresource", part));
            var answer = api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review);
            if (!answer.path("status").path("allowed").asBoolean()) {
                missing.add(right.words());
            }
        }
        return missing;
    }

    @Override
    public Trial tryOut(String image) {
        var pod = trialPod(image);
        new PorterProgram(api, settings).provide();
        var made = api.post(objects.pods(), pod);
        try {
            awaitRunning(made.path("metadata").path("name").asText(), image);
            return trial(output(made.path("metadata").path("name").asText()));
        } finally {
            objects.deletePod(made, 1);
        }
    }

    private ObjectNode trialPod(String image) {
        var pod = new PodManifest(settings).trial(image);
        pod.withObjectProperty("metadata")
                .put("name", "shed-trial-" + UUID.randomUUID().toString().substring(0, 8));
        pod.withObjectProperty("spec").put("activeDeadlineSeconds", DEADLINE_SECONDS);
        return pod;
    }

    private void awaitRunning(String name, String image) {
        long end = System.nanoTime() + settings.startTimeout().toNanos();
        while (true) {
            var pod = api.get(objects.pods() + "/" + name);
            var why = PodState.why(pod);
            if (why.isEmpty()) {
                return;
            }
            if (PodState.lacksImage(pod)) {
                throw new ShedException(Failure.imageNotFound(image, why.get()));
            }
            if (PodState.lacksProgram(pod) || PodState.isFinished(pod) || System.nanoTime() > end) {
                throw new ShedException(
                        Failure.engineRefused(why.get(), cures.untried(image).getFirst()));
            }
            try {
                Thread.sleep(STEP);
            } catch (InterruptedException e) {
                throw ApiClient.interrupted(e);
            }
        }
    }

    private String output(String pod) {
        var said = new Tail(MAX_OUTPUT);
        var words = List.of("sh", "-c", TRIAL, "trial", PodManifest.PORTER);
        try (var process = api.exec(objects.pods() + "/" + pod, Names.CONTAINER, words)) {
            process.copyOutput(said, said);
        } catch (ApiRefusedException e) {
            throw e;
        } catch (IOException e) {
            throw new ShedException(ApiClient.unavailable(String.valueOf(e.getMessage())), e);
        }
        return said.toString();
    }

    private static Trial trial(String output) {
        var tmux = TMUX.matcher(output);
        return new Trial(
                tmux.find() ? Optional.of(tmux.group(1)) : Optional.empty(),
                PORTER_SAYS.matcher(output).find(),
                output.strip());
    }

    @Override
    public Cures cures() {
        return cures;
    }

    @Override
    public void close() {
        api.close();
    }
}
