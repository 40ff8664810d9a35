package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerDetails;
import dev.shed.gateway.container.ContainerDetails.Life;
import dev.shed.gateway.container.ContainerDetails.Mount;
import dev.shed.gateway.container.ContainerDetails.Placement;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.EngineHints;
import dev.shed.gateway.container.Network;
import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One namespace of a Kubernetes cluster. A shed is a claim, and while it runs also a pod.
public final class KubernetesEngine implements ContainerEngine {
    private final ApiClient api;
    private final KubernetesSettings settings;
    private final ShedObjects objects;
    private final Lifecycle lifecycle;
    private final KubernetesExec exec;
    private final WatchHealth health = new WatchHealth();
    private final ShedChanges changes = new ShedChanges();

    public KubernetesEngine(ApiClient api, KubernetesSettings settings) {
        this.api = api;
        this.settings = settings;
        this.objects = new ShedObjects(api, settings.namespace());
        this.lifecycle = new Lifecycle(api, objects, settings, changes);
        this.exec = new KubernetesExec(api, objects, settings);
    }

    @Override
    public String version() {
        return "Kubernetes " + api.get("/version").path("gitVersion").asText("of an unknown version") + " (namespace "
                + settings.namespace() + ")";
    }

    @Override
    public EngineHints hints() {
        return new KubernetesHints(settings.namespace());
    }

    @Override
    public boolean sharesHost() {
        return false;
    }

    @Override
    public List<Container> list() {
        return objects.list();
    }

    @Override
    public Optional<Container> find(ShedName shed) {
        return objects.find(shed);
    }

    @Override
    public Optional<String> trouble(Container container) {
        if (objects.claim(container.shed()).filter(Claim::isDeleting).isPresent()) {
            return Optional.of(Claim.BEING_REMOVED);
        }
        return objects.pod(container.shed(), container.id()).flatMap(PodState::why);
    }

    @Override
    public ContainerDetails details(Container container) {
        var claim = objects.require(container);
        var pod = objects.podOf(claim);
        var where = Names.of(claim.shed());
        return new ContainerDetails(
                new Life(pod.flatMap(PodState::started), pod.flatMap(PodState::ending)),
                pod.map(each -> PodState.container(each).path("restartCount").asInt())
                        .orElse(0),
                "always",
                "",
                claim.spec().limits(),
                List.of(
                        new Mount(where, settings.account().home(), false),
                        new Mount(where, settings.workspace(), false)),
                pod.map(KubernetesEngine::networks).orElse(List.of()),
                pod.map(each -> placement(claim, each)));
    }

    private static List<ContainerDetails.Network> networks(JsonNode pod) {
        return List.of(new ContainerDetails.Network(
                "pod", pod.path("status").path("podIP").asText("")));
    }

    private Placement placement(Claim claim, JsonNode pod) {
        return new Placement(
                PodState.node(pod),
                PodState.phase(pod),
                PodState.why(pod).map(why -> objects.explained(why, claim, Optional.of(pod))));
    }

    /// A pod's log needs another permission, and its main program prints nothing.
    @Override
    public String lastLines(Container container) {
        return "";
    }

    @Override
    public Container create(ContainerSpec spec) {
        return lifecycle.create(spec);
    }

    @Override
    public Map<String, String> workspaceLabels(ShedName shed) {
        return objects.claim(shed).map(Claim::volumeLabels).orElse(Map.of());
    }

    @Override
    public Map<String, String> homeLabels(ShedName shed) {
        return workspaceLabels(shed);
    }

    @Override
    public boolean undo(ShedName shed, String creation) {
        return lifecycle.undo(shed, creation);
    }

    @Override
    public void start(Container container) {
        try {
            lifecycle.start(container, _ -> {});
        } catch (IOException e) {
            throw new IllegalStateException("nobody is told", e);
        }
    }

    @Override
    public void start(Container container, Waiting waiting) throws IOException {
        lifecycle.start(container, waiting);
    }

    @Override
    public void stop(Container container, Duration grace) {
        lifecycle.stop(container, grace);
    }

    @Override
    public boolean markStopped(Container container, boolean stopped) {
        lifecycle.markStopped(container, stopped);
        return true;
    }

    @Override
    public Kept remove(Container container, boolean withVolumes) {
        return lifecycle.remove(container, withVolumes);
    }

    @Override
    public Network network(Container container) {
        return new Network.Own();
    }

    @Override
    public AutoCloseable watch(Optional<Instant> since, ContainerObserver observer) {
        return KubernetesWatch.start(api, objects, new KubernetesWatch.Told(observer, health, changes));
    }

    @Override
    public BareExec exec() {
        return exec;
    }

    @Override
    public void close() {
        api.close();
    }
}
