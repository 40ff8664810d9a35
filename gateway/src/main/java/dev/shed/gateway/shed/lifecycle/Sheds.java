package dev.shed.gateway.shed.lifecycle;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerDetails;
import dev.shed.gateway.container.ContainerDetails.Ending;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Conversations;
import dev.shed.gateway.shed.ListeningPort;
import dev.shed.gateway.shed.PortWatch;
import dev.shed.gateway.shed.Ports;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.create.CreateProgress;
import dev.shed.gateway.shed.create.NewShed;
import dev.shed.gateway.shed.create.ShedCreator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life cycle of sheds: create, find, start, stop, delete. The state is in the engine; the gateway stores only
/// which sheds were stopped on purpose.
public final class Sheds {
    private static final Logger LOG = LoggerFactory.getLogger(Sheds.class);

    private static final String CUT_SHORT = "its creation was interrupted, and its remains are being removed";

    private final ContainerEngine engine;
    private final ContainerRuntime runtime;
    private final StoppedSheds stopped;
    private final ShedCreator shedCreator;
    private volatile Duration stopGrace;
    private final Ports ports;
    private final Conversations conversations;
    private final Owners owners;

    /// The containers that are being stopped or removed, by id, with the failure for other clients.
    private final Map<String, Failure> ending = new ConcurrentHashMap<>();

    /// @param stopGrace how long processes in a stopping shed have before they are killed
    public Sheds(
            ContainerEngine engine,
            ContainerRuntime runtime,
            StoppedSheds stopped,
            ShedCreator shedCreator,
            Owners owners,
            Duration stopGrace) {
        this.engine = engine;
        this.runtime = runtime;
        this.stopped = stopped;
        this.shedCreator = shedCreator;
        this.stopGrace = stopGrace;
        this.ports = new Ports(runtime);
        this.conversations = new Conversations(runtime);
        this.owners = owners;
    }

    /// All sheds, by name.
    public List<Shed> list() {
        var containers = engine.list();
        var sheds = containers.stream().map(this::shed).toList();
        shedCreator.undoAbandonedSoon(containers.stream());
        return sheds;
    }

    /// Finds a shed. Fails with `SHED_NOT_FOUND` if it does not exist, and with `SHED_NOT_READY` while it is
    /// being created or the remains of its creation are being removed.
    public Shed find(ShedName name) {
        var shed = findToDelete(name);
        if (shed.unfinished()) {
            shedCreator.undoAbandonedSoon(Stream.of(shed.container()));
            throw notReady(name, CUT_SHORT);
        }
        return shed;
    }

    /// Announces that a shed will be looked for soon. Returns at once.
    public void expect(ShedName name) {
        engine.expect(name);
    }

    /// Finds a shed to remove it: also one that is left from a failed creation.
    public Shed findToDelete(ShedName name) {
        var shed = engine.find(name)
                .map(this::shed)
                .orElseThrow(() -> new ShedException(Failure.shedNotFound(name.value())));
        if (shed.unfinished() && !shedCreator.isAbandoned(shed.container())) {
            throw notReady(name, shedCreator.isCutShort(name) ? CUT_SHORT : "it is being created");
        }
        return shed;
    }

    /// The failure for a shed that is paused.
    public Failure paused(Shed shed) {
        return Failure.paused(shed.name().value(), engine.hints().paused(shed.container()));
    }

    private static ShedException notReady(ShedName name, String why) {
        return new ShedException(Failure.shedNotReady(name.value(), why));
    }

    /// The listening ports of a shed, by port and address; none if it is stopped. Fails with `TOOL_MISSING`
    /// or `SHED_NOT_READY`.
    public List<ListeningPort> listening(Shed shed) {
        return ports.list(shed);
    }

    /// Follows the listening ports of a shed.
    public PortWatch watch(ShedName name) {
        return ports.watch(() -> find(name));
    }

    /// Changes the settings of new sheds, and the grace period for stopping any shed.
    public void reconfigure(ShedCreator.Settings settings, Duration grace) {
        shedCreator.reconfigure(settings);
        stopGrace = grace;
    }

    /// Creates and starts a shed, and clones into it. If a step fails or the client disconnects, everything
    /// is removed except volumes that existed before.
    ///
    /// @throws IOException if the client has disconnected
    public Shed create(NewShed wanted, CreateProgress createProgress) throws IOException, InterruptedException {
        owners.making(wanted.name(), wanted.ownerKeys());
        try {
            shedCreator.make(wanted, createProgress);
        } catch (ShedException e) {
            // Another client may have created it first.
            owners.ask(wanted.name());
            throw e;
        }
        return find(wanted.name());
    }

    /// Removes what earlier runs of this gateway left half-created.
    public void undoAbandoned() {
        shedCreator.undoAbandoned();
    }

    /// Starts a stopped shed. Fails with `SHED_ALREADY_RUNNING` if it runs, and with `SHED_NOT_READY` if it
    /// is paused.
    public Shed start(ShedName name) {
        var shed = find(name);
        if (shed.running()) {
            throw new ShedException(Failure.shedAlreadyRunning(name.value()));
        }
        if (shed.container().state() == Container.State.PAUSED) {
            throw new ShedException(paused(shed));
        }
        return startToStay(shed);
    }

    /// Starts a shed. If it does not keep running, it is stopped again, because the engine would restart it
    /// for ever.
    private Shed startToStay(Shed shed) {
        engine.start(shed.container());
        try {
            shedCreator.requireUp(shed.container(), engine.hints().ended(shed.container()));
        } catch (ShedException e) {
            if (e.failure().kind() == Failure.Kind.SHED_NOT_READY) {
                engine.stop(shed.container(), stopGrace);
            }
            throw e;
        }
        stopped.remove(shed.container().id());
        return find(shed.name());
    }

    /// Starts a shed for a login, however it was stopped. Two logins may do so at the same time.
    ///
    /// @param waiting told what is waited for
    /// @throws IOException of `waiting`
    public Shed wake(Shed shed, ContainerEngine.Waiting waiting) throws IOException {
        engine.start(shed.container(), waiting);
        stopped.remove(shed.container().id());
        return find(shed.name());
    }

    /// Why a shed that should run does not, as a clause.
    ///
    /// @param otherwise if the engine does not say
    public String trouble(Shed shed, String otherwise) {
        return engine.trouble(shed.container()).orElse(otherwise);
    }

    /// Stops a shed on purpose, which ends its sessions. Fails with `SHED_ALREADY_STOPPED` if it does not
    /// run.
    public void stop(ShedName name) {
        var shed = find(name);
        if (shed.container().state() == Container.State.STOPPED) {
            throw new ShedException(Failure.shedAlreadyStopped(name.value()));
        }
        // Stored before the shed is stopped, so that a login in between does not start it again.
        markStopped(shed, true);
        try {
            end(shed, being(shed, "stopped"), () -> stopWithNotes(shed));
        } catch (ShedException e) {
            markStopped(shed, false);
            throw e;
        }
    }

    /// The engine keeps it, if it can: other gateways then know it as well.
    private void markStopped(Shed shed, boolean onPurpose) {
        if (engine.markStopped(shed.container(), onPurpose)) {
            return;
        }
        if (onPurpose) {
            stopped.add(shed.container().id());
        } else {
            stopped.remove(shed.container().id());
        }
    }

    /// Stops a running shed, which ends its sessions, and starts it again.
    public Shed restart(ShedName name) {
        var shed = find(name);
        engine.requireStartable(shed.container());
        if (shed.container().state() != Container.State.STOPPED) {
            end(shed, being(shed, "restarted"), () -> stopWithNotes(shed));
        }
        return startToStay(shed);
    }

    /// Stops a shed, and notes before which conversations its agents have.
    private void stopWithNotes(Shed shed) {
        conversations.note(shed);
        engine.stop(shed.container(), stopGrace);
    }

    /// Fails with `SHED_NOT_READY` while this gateway stops or removes the shed.
    public void requireNotEnding(Shed shed) {
        var why = ending.get(shed.container().id());
        if (why != null) {
            throw new ShedException(why);
        }
    }

    private static Failure being(Shed shed, String what) {
        return Failure.shedNotReady(shed.name().value(), "it is being " + what);
    }

    /// @param why the failure for other clients meanwhile
    private void end(Shed shed, Failure why, Runnable how) {
        ending.put(shed.container().id(), why);
        try {
            how.run();
        } finally {
            ending.remove(shed.container().id());
        }
    }

    /// The engine's details of a shed.
    public ContainerDetails details(Shed shed) {
        return engine.details(shed.container());
    }

    /// How processes in a shed are started, for output; empty if none has been started yet.
    public Optional<String> starter(Shed shed) {
        return runtime.starter(shed.container());
    }

    /// How a shed ended that stopped by itself; empty if it runs, was stopped on purpose, or does not exist.
    public Optional<Ending> ending(Shed shed) {
        if (shed.container().state() != Container.State.STOPPED || shed.stoppedOnPurpose() || shed.unfinished()) {
            return Optional.empty();
        }
        try {
            return details(shed).life().ending();
        } catch (ShedException _) {
            return Optional.empty();
        }
    }

    /// Removes a shed, running or not, and its volumes unless `keepVolumes`.
    ///
    /// @return which volumes are left, which is also the case if another container uses them
    public ContainerEngine.Kept delete(ShedName name, boolean keepVolumes) {
        var shed = findToDelete(name);
        var kept = new AtomicReference<>(new ContainerEngine.Kept(false, false));
        var deleted = Failure.shedNotReady(name.value(), "it is being deleted", "ssh shed@HOST list");
        end(shed, deleted, () -> {
            if (keepVolumes && !conversations.note(shed)) {
                throw new ShedException(withoutNotes(name));
            }
            stopToRemove(shed);
            kept.set(engine.remove(shed.container(), !keepVolumes));
        });
        shedCreator.removed(shed.container());
        stopped.remove(shed.container().id());
        return kept.get();
    }

    private static Failure withoutNotes(ShedName name) {
        return Failure.shedNotReady(
                name.value(),
                "it is too slow to note which conversations its agents have",
                "try again in a moment\nssh shed@HOST delete " + name + " --force --keep-volume\n"
                        + "if that does not help, stop it first: `resume` then does not find the conversations of Claude"
                        + " Code, which `claude --resume` lists");
    }

    /// Stops a shed before it is removed. A failure does not matter: the removal is forced.
    private void stopToRemove(Shed shed) {
        if (!shed.running()) {
            return;
        }
        try {
            engine.stop(shed.container(), stopGrace);
        } catch (ShedException e) {
            LOG.atInfo().addKeyValue("shed", shed.name()).setCause(e).log("removed without being stopped");
        }
    }

    /// The owners of sheds.
    public Owners owners() {
        return owners;
    }

    private Shed shed(Container container) {
        owners.learn(container);
        boolean onPurpose =
                stopped.contains(container.id()) || container.labels().containsKey(Container.STOPPED);
        return new Shed(container, onPurpose, shedCreator.isUnfinished(container));
    }
}
