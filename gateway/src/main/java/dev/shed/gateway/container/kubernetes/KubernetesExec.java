package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecDefaults;
import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.container.kubernetes.api.ApiRefusedException;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.stream.Tail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The execs of one gateway. They run as the user of the container; Kubernetes cannot choose another one.
final class KubernetesExec implements BareExec {
    /// Writes a program of a known length from its stdin, whose end an exec cannot tell. An exec
    /// that is cut off ends the stdin as well, so the length is compared: a part of a program must
    /// not replace the whole one.
    private static final String PUT = """
            new="$1.$$"
            head -c "$2" >"$new" && [ "$(wc -c <"$new")" -eq "$2" ] && chmod 755 "$new" && mv "$new" "$1" && exit
            rm -f "$new"
            exit 1
            """;

    private static final int LAST_WORDS = 400;

    private final ApiClient api;
    private final ShedObjects objects;
    private final KubernetesSettings settings;

    KubernetesExec(ApiClient api, ShedObjects objects, KubernetesSettings settings) {
        this.api = api;
        this.objects = objects;
        this.settings = settings;
    }

    @Override
    public ContainerProcess start(
            Container container, String user, List<String> argv, Map<String, String> environment) {
        var words = new ArrayList<String>();
        if (!environment.isEmpty()) {
            words.add("env");
            environment.forEach((name, value) -> words.add(name + "=" + value));
        }
        words.addAll(argv);
        try {
            return api.exec(objects.pod(container.shed()), Names.CONTAINER, words);
        } catch (ApiRefusedException e) {
            throw meaning(container, e);
        }
    }

    /// The failure to report when an exec is refused. The refusal itself does not say why.
    private ShedException meaning(Container container, ApiRefusedException refusal) {
        var shed = container.shed().value();
        var claim = objects.claim(container.shed()).filter(each -> each.uid().equals(container.id()) && !each.isKept());
        if (claim.isEmpty()) {
            return new ShedException(Failure.shedNotFound(shed), refusal);
        }
        var pod = objects.podOf(claim.get());
        return switch (PodState.of(pod)) {
            case STOPPED -> new ShedException(Failure.shedStopped(shed), refusal);
            case RUNNING -> refusal;
            default ->
                new ShedException(
                        Failure.shedNotReady(shed, pod.flatMap(PodState::why).orElse("it is starting")), refusal);
        };
    }

    @Override
    public String mark() {
        return settings.gatewayId();
    }

    /// The processes of a gateway that was killed end with their exec.
    @Override
    public void endAbandoned() {}

    @Override
    public void put(Container container, String path, byte[] content) {
        var words = List.of("sh", "-c", PUT, "put", path, Integer.toString(content.length));
        var said = new Tail(LAST_WORDS);
        try (var process = start(container, ROOT, words, Map.of())) {
            var writer = Thread.ofVirtual().name("put-" + container.shed()).start(() -> process.give(content));
            process.copyOutput(said, said);
            writer.join();
            if (!process.waitFor().equals(ExitStatus.SUCCESS)) {
                throw new IOException(said.toString().strip());
            }
        } catch (IOException e) {
            throw new ShedException(
                    Failure.shedNotReady(
                            container.shed().value(), "the porter cannot be put into it: " + e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShedException(
                    Failure.shedNotReady(container.shed().value(), "interrupted while the porter was put into it"), e);
        }
    }

    @Override
    public Optional<String> program(Container container, String hash) {
        return pod(container).filter(pod -> PorterProgram.isMounted(pod, hash)).map(_ -> PodManifest.PORTER);
    }

    @Override
    public Optional<String> onlyUser(Container container) {
        return execDefaults(container).user();
    }

    @Override
    public ExecDefaults execDefaults(Container container) {
        var user = pod(container).map(KubernetesExec::user).orElse("");
        return new ExecDefaults(
                Optional.of(user.isEmpty() ? Integer.toString(settings.account().id()) : user),
                List.of(),
                Optional.of(settings.account().home()));
    }

    /// The user of the container, which a template may have changed; empty if the image decides.
    private static String user(JsonNode pod) {
        for (var container : pod.path("spec").path("containers")) {
            var own = container.path("securityContext").path("runAsUser");
            if (container.path("name").asText("").equals(Names.CONTAINER) && own.isInt()) {
                return own.asText();
            }
        }
        return pod.path("spec").path("securityContext").path("runAsUser").asText("");
    }

    private Optional<JsonNode> pod(Container container) {
        return objects.pod(container.shed(), container.id());
    }
}
