package dev.shed.gateway.shed.lifecycle;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerDetails;
import dev.shed.gateway.container.ContainerDetails.Ending;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
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
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final Owners owners;

    /// The containers that are being stopped or removed just now, by id, and what others are told of it.
    private final Map<String, Failure> ending = new ConcurrentHashMap<>();

    /// @param stopGrace how long what runs in a stopping shed has before it is killed
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
        this.owners = owners;
    }

    /// Every shed, by name.
    public List<Shed> list() {
        var containers = engine.list();
        var sheds = containers.stream().map(this::shed).toList();
        shedCreator.undoAbandonedSoon(containers.stream());
        return sheds;
    }

    /// The shed of that name; `SHED_NOT_FOUND` when there is none, `SHED_NOT_READY` while it is being made, or what is
    /// left of an attempt is being removed.
    public Shed find(ShedName name) {
        var shed = findToDelete(name);
        if (shed.unfinished()) {
            shedCreator.undoAbandonedSoon(Stream.of(shed.container()));
            throw notReady(name, CUT_SHORT);
        }
        return shed;
    }

    /// The same for somebody who removes it: what is left of an attempt that nobody goes on with is found as well.
    public Shed findToDelete(ShedName name) {
        var shed = engine.find(name)
                .map(this::shed)
                .orElseThrow(() -> new ShedException(Failure.shedNotFound(name.value())));
        if (shed.unfinished() && !shedCreator.isAbandoned(shed.container())) {
            throw notReady(name, shedCreator.isCutShort(name) ? CUT_SHORT : "it is being created");
        }
        return shed;
    }

    /// What is told of a shed that is paused.
    public Failure paused(Shed shed) {
        return Failure.paused(shed.name().value(), engine.hints().paused(shed.container()));
    }

    private static ShedException notReady(ShedName name, String why) {
        return new ShedException(Failure.shedNotReady(name.value(), why));
    }

    /// What listens in a shed, by port and address; none when it is stopped. Fails with `TOOL_MISSING` or
    /// `SHED_NOT_READY`.
    public List<ListeningPort> listening(Shed shed) {
        return ports.list(shed);
    }

    /// What listens in a shed, over time.
    public PortWatch watch(ShedName name) {
        return ports.watch(() -> find(name));
    }

    /// What holds from now on, for new sheds and for the end of all.
    public void reconfigure(ShedCreator.Settings settings, Duration grace) {
        shedCreator.reconfigure(settings);
        stopGrace = grace;
    }

    /// Makes and starts a shed, and clones into it. If a step fails or the client disconnects, everything is
    /// removed, and a workspace that was kept from before is kept.
    ///
    /// @throws IOException when the client has disconnected
    public Shed create(NewShed wanted, CreateProgress createProgress) throws IOException, InterruptedException {
        owners.making(wanted.name(), wanted.ownerKeys());
        try {
            shedCreator.make(wanted, createProgress);
        } catch (ShedException e) {
            // It may be somebody else's, who was there first.
            owners.ask(wanted.name());
            throw e;
        }
        return find(wanted.name());
    }

    /// Removes what earlier lives of this gateway left half-made.
    public void undoAbandoned() {
        shedCreator.undoAbandoned();
    }

    /// Starts a stopped shed; `SHED_ALREADY_RUNNING` when it runs, `SHED_NOT_READY` when it is paused.
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

    /// One that does not stay up is stopped again: the engine would start it for ever.
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

    /// Starts a shed for a login, whoever stopped it. Two logins may do so at once.
    public Shed wake(Shed shed) {
        engine.start(shed.container());
        stopped.remove(shed.container().id());
        return find(shed.name());
    }

    /// Stops a shed on purpose, and with it its sessions; `SHED_ALREADY_STOPPED` when it does not run.
    public void stop(ShedName name) {
        var shed = find(name);
        if (shed.container().state() == Container.State.STOPPED) {
            throw new ShedException(Failure.shedAlreadyStopped(name.value()));
        }
        // First the note, then the deed: a login in between must not wake what is being stopped.
        stopped.add(shed.container().id());
        try {
            end(shed, being(shed, "stopped"), () -> engine.stop(shed.container(), stopGrace));
        } catch (ShedException e) {
            stopped.remove(shed.container().id());
            throw e;
        }
    }

    /// Stops a shed that runs, which ends its sessions, and starts it.
    public Shed restart(ShedName name) {
        var shed = find(name);
        engine.requireStartable(shed.container());
        if (shed.container().state() != Container.State.STOPPED) {
            end(shed, being(shed, "restarted"), () -> engine.stop(shed.container(), stopGrace));
        }
        return startToStay(shed);
    }

    /// Fails with `SHED_NOT_READY` while this gateway stops the shed, or removes it.
    public void requireNotEnding(Shed shed) {
        var why = ending.get(shed.container().id());
        if (why != null) {
            throw new ShedException(why);
        }
    }

    private static Failure being(Shed shed, String what) {
        return Failure.shedNotReady(shed.name().value(), "it is being " + what);
    }

    /// @param why what others are told meanwhile
    private void end(Shed shed, Failure why, Runnable how) {
        ending.put(shed.container().id(), why);
        try {
            how.run();
        } finally {
            ending.remove(shed.container().id());
        }
    }

    /// Everything that the engine knows about a shed.
    public ContainerDetails details(Shed shed) {
        return engine.details(shed.container());
    }

    /// What starts the processes in a shed, for people; empty when none was asked for yet.
    public Optional<String> starter(Shed shed) {
        return runtime.starter(shed.container());
    }

    /// How a shed ended that stopped by itself; empty for one that runs, was stopped on purpose, or is gone.
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

    /// Removes a shed, running or not, and its workspace unless `keepWorkspace`.
    ///
    /// @return whether a workspace volume stays: also one that another container uses does
    public boolean delete(ShedName name, boolean keepWorkspace) {
        var shed = findToDelete(name);
        var workspaceStays = new AtomicBoolean();
        var deleted = Failure.shedNotReady(name.value(), "it is being deleted", "ssh shed@HOST list");
        end(shed, deleted, () -> {
            stopToRemove(shed);
            workspaceStays.set(engine.remove(shed.container(), !keepWorkspace));
        });
        shedCreator.removed(shed.container());
        stopped.remove(shed.container().id());
        return workspaceStays.get();
    }

    /// What cannot be stopped is removed all the same: that is by force.
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

    /// Whom sheds belong to.
    public Owners owners() {
        return owners;
    }

    private Shed shed(Container container) {
        owners.learn(container);
        return new Shed(container, stopped.contains(container.id()), shedCreator.isUnfinished(container));
    }
}
