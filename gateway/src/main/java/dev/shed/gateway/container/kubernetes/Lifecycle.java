package dev.shed.gateway.container.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.container.kubernetes.api.ApiRefusedException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Creates, starts, stops and removes sheds. Nothing is locked: the cluster accepts a name once, and changes and
/// deletions name the uid of what they mean, so of two gateways one is refused (409).
final class Lifecycle {
    /// Waiting for a pod begins to look for events after this time.
    private static final Duration LONG = Duration.ofSeconds(5);

    private final ApiClient api;
    private final ShedObjects objects;
    private final PorterProgram porter;
    private final KubernetesSettings settings;
    private final PodManifest manifest;
    private final ShedChanges changes;
    private final Clock clock = Clock.systemUTC();

    Lifecycle(ApiClient api, ShedObjects objects, KubernetesSettings settings, ShedChanges changes) {
        this.api = api;
        this.objects = objects;
        this.porter = new PorterProgram(api, settings);
        this.settings = settings;
        this.manifest = new PodManifest(settings);
        this.changes = changes;
    }

    Container create(ContainerSpec wanted) {
        refuseWhatIsNotThere(wanted);
        var home = settings.account().home();
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        try {
            var spec = Claim.Spec.of(wanted, now, home, false);
            objects.createClaim(Claim.manifest(wanted.shed(), spec, settings.claim()));
        } catch (ApiRefusedException e) {
            e.throwUnless(ApiRefusedException.CONFLICT);
            useKept(wanted, Claim.Spec.of(wanted, now, home, true));
        }
        return objects.find(wanted.shed())
                .orElseThrow(() ->
                        new ShedException(Failure.shedNotFound(wanted.shed().value())));
    }

    private static void refuseWhatIsNotThere(ContainerSpec wanted) {
        if (!wanted.binds().isEmpty()) {
            throw new ShedException(Failure.config(
                    "create.mounts", "directories of the host cannot be mounted on a cluster", "an empty list"));
        }
    }

    /// Takes over the claim of a shed that was deleted with `--keep-volume`. Of two gateways, one succeeds.
    private void useKept(ContainerSpec wanted, Claim.Spec spec) {
        var name = wanted.shed().value();
        var claim = objects.claim(wanted.shed())
                .orElseThrow(() -> new ShedException(Failure.engineRefused(
                        "there is a claim " + Names.of(wanted.shed()) + " that is no shed's",
                        "kubectl get pvc " + Names.of(wanted.shed()) + " --show-labels")));
        if (claim.isDeleting()) {
            throw new ShedException(Failure.shedNotReady(name, Claim.BEING_REMOVED));
        }
        if (!claim.isKept()) {
            throw new ShedException(Failure.shedAlreadyExists(name));
        }
        var home = claim.spec().home();
        if (!home.isEmpty() && !home.equals(spec.home())) {
            throw new ShedException(Failure.otherHome(name, home, wanted.image(), spec.home()));
        }
        try {
            objects.change(
                    claim,
                    Optional.of(Names.RUNS),
                    Map.of(Names.SPEC, Optional.of(spec.text()), Names.STOPPED, Optional.empty()),
                    true);
        } catch (ApiRefusedException e) {
            e.throwUnless(ApiRefusedException.CONFLICT);
            throw new ShedException(Failure.shedAlreadyExists(name), e);
        }
    }

    /// Removes the shed that this call of `create` made; a claim that was kept before is kept again.
    boolean undo(ShedName shed, String creation) {
        var made = objects.claim(shed)
                .filter(claim ->
                        !claim.isKept() && creation.equals(claim.spec().labels().get(Container.CREATION)));
        made.ifPresent(claim -> remove(claim, !claim.spec().onKept()));
        return made.isPresent();
    }

    ContainerEngine.Kept remove(Container container, boolean withVolumes) {
        var claim = objects.claim(container.shed()).filter(each -> each.uid().equals(container.id()) && !each.isKept());
        claim.ifPresent(each -> remove(each, withVolumes));
        boolean kept = objects.claim(container.shed()).filter(Claim::isKept).isPresent();
        return new ContainerEngine.Kept(kept, kept);
    }

    /// The claim comes first, so that nobody who looks at it starts another pod. See [#makePod].
    private void remove(Claim claim, boolean withVolumes) {
        if (withVolumes) {
            objects.deleteClaim(claim);
        } else {
            keep(claim);
        }
        var limit = api.timeout();
        endPod(claim, 1, limit);
        if (withVolumes && !await(claim, limit, () -> isGone(claim))) {
            throw notEnding(claim, limit);
        }
    }

    private boolean isGone(Claim claim) {
        return objects.claim(claim.shed())
                .filter(each -> each.uid().equals(claim.uid()))
                .isEmpty();
    }

    private void keep(Claim claim) {
        try {
            objects.change(claim, Optional.of(Names.KEPT), Map.of(Names.STOPPED, Optional.empty()), false);
        } catch (ApiRefusedException e) {
            // It is gone, or another one has its name.
            if (!e.is(ApiRefusedException.NOT_FOUND) && !e.is(ApiRefusedException.CONFLICT)) {
                throw e;
            }
        }
    }

    /// Makes the pod, and waits until it runs. Whoever asks twice waits for the same pod.
    void start(Container container, ContainerEngine.Waiting waiting) throws IOException {
        var claim = objects.require(container);
        if (claim.isStopped()) {
            markStopped(container, false);
        }
        try (var change = changes.of(claim.shed())) {
            awaitRunning(claim, change, waiting);
        }
    }

    private void awaitRunning(Claim claim, ShedChanges.Wait change, ContainerEngine.Waiting waiting)
            throws IOException {
        long began = System.nanoTime();
        while (true) {
            var pod = objects.anyPod(claim.shed());
            var why = step(claim, pod);
            if (why.isEmpty()) {
                return;
            }
            long waited = System.nanoTime() - began;
            var detail = waited > LONG.toNanos() ? objects.explained(why.get(), claim, pod) : why.get();
            if (waited > settings.startTimeout().toNanos()) {
                throw notReady(
                        claim,
                        detail + "; it was waited for "
                                + settings.startTimeout().toSeconds() + " s");
            }
            waiting.because(detail);
            change.untilChanged();
        }
    }

    /// Brings a shed a step nearer to running.
    ///
    /// @return what is waited for; empty if it runs
    private Optional<String> step(Claim claim, Optional<JsonNode> pod) {
        if (pod.isEmpty()) {
            makePod(claim);
            return Optional.of("its pod is being created");
        }
        var now = pod.get();
        if (Names.isDeleting(now)) {
            return PodState.why(now);
        }
        if (Names.shed(now).isEmpty()) {
            throw new ShedException(Failure.engineRefused(
                    "there is a pod " + Names.of(claim.shed()) + " that is no shed's",
                    "kubectl get pod " + Names.of(claim.shed()) + " --show-labels"));
        }
        if (PodState.isFinished(now) || !Names.annotation(now, Names.CLAIM).equals(claim.uid())) {
            objects.deletePod(now, 1);
            return Optional.of("its former pod is being removed");
        }
        refuseHopeless(claim, now);
        return PodState.why(now);
    }

    /// Makes the pod of a shed that nobody stops or deletes. Whoever does so changes the claim first, and then deletes
    /// the pod that is there. So the claim is looked at again when the pod was made: either they see the pod, or
    /// this sees what they changed.
    private void makePod(Claim claim) {
        porter.provide();
        requireWanted(claim);
        JsonNode pod;
        try {
            pod = objects.createPod(manifest.of(claim));
        } catch (ApiRefusedException e) {
            // Somebody else starts it at the same time.
            e.throwUnless(ApiRefusedException.CONFLICT);
            return;
        }
        try {
            requireWanted(claim);
        } catch (ShedException e) {
            objects.deletePod(pod, 1);
            throw e;
        }
    }

    /// Fails if the shed was stopped or deleted since.
    private void requireWanted(Claim claim) {
        var name = claim.shed().value();
        var now = objects.claim(claim.shed())
                .filter(each -> each.uid().equals(claim.uid()) && !each.isKept())
                .orElseThrow(() -> new ShedException(Failure.shedNotFound(name)));
        if (now.isDeleting()) {
            throw new ShedException(Failure.shedNotReady(name, Claim.BEING_REMOVED));
        }
        if (now.isStopped()) {
            throw new ShedException(Failure.shedStopped(name));
        }
    }

    /// Fails if waiting is of no use, and removes the pod, which the cluster would try to start for ever.
    private void refuseHopeless(Claim claim, JsonNode pod) {
        var why = PodState.why(pod).orElse("");
        if (PodState.lacksImage(pod)) {
            objects.deletePod(pod, 1);
            throw new ShedException(Failure.imageNotFound(
                    claim.spec().image(),
                    "the cluster says: " + objects.explained(why, claim, Optional.of(pod))
                            + "\nname another one: ssh shed@HOST create NAME --image IMAGE"
                            + "\nor give the registry's login: engine.kubernetes.pull-secrets"));
        }
        if (PodState.lacksProgram(pod)) {
            objects.deletePod(pod, 1);
            porter.forget();
            throw notReady(claim, why);
        }
    }

    private static ShedException notReady(Claim claim, String why) {
        return new ShedException(Failure.shedNotReady(
                claim.shed().value(),
                why,
                "ssh -s " + claim.shed() + "@HOST info\nkubectl describe pod " + Names.of(claim.shed())));
    }

    /// Deletes the pod, and waits until it is gone.
    void stop(Container container, Duration grace) {
        endPod(
                objects.require(container),
                Math.max(1, grace.toSeconds()),
                api.timeout().plus(grace));
    }

    /// Deletes the pod, and waits until it is gone. A later pod of the shed is somebody else's wish.
    private void endPod(Claim claim, long grace, Duration limit) {
        objects.podOf(claim).ifPresent(pod -> {
            objects.deletePod(pod, grace);
            if (!await(claim, limit, () -> !isThere(claim, pod))) {
                throw notEnding(claim, limit);
            }
        });
    }

    private boolean isThere(Claim claim, JsonNode pod) {
        return objects.podOf(claim)
                .filter(each -> Names.uid(each).equals(Names.uid(pod)))
                .isPresent();
    }

    /// The pod of a node that does not answer stays until the node is back, or an administrator
    /// removes it: the pod may still run there.
    private ShedException notEnding(Claim claim, Duration limit) {
        var node = objects.podOf(claim).map(PodState::node).filter(name -> !name.isEmpty());
        return notReady(
                claim,
                "its pod has not ended within " + limit.toSeconds() + " s"
                        + node.map(name -> "; look at the node " + name).orElse(""));
    }

    private boolean await(Claim claim, Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        try (var change = changes.of(claim.shed())) {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > end) {
                    return false;
                }
                change.untilChanged();
            }
            return true;
        }
    }

    void markStopped(Container container, boolean stopped) {
        var change = new HashMap<String, Optional<String>>();
        change.put(Names.STOPPED, stopped ? Optional.of("true") : Optional.empty());
        objects.change(objects.require(container), Optional.empty(), change, false);
    }
}
