package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.UserResolver;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future.State;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Caches, for each container, the method by which processes are started there. It is determined at the first
/// process, and again when it stops working.
final class Porters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Porters.class);

    /// The path for a volume in a container with a read-only root.
    static final String VOLUME = "/.shed";

    /// The porter's program is in a separate directory at the root, which cannot be a tmpfs: the engine
    /// cannot copy files into a tmpfs.
    private static final String PLACE = VOLUME + "/porter-";

    private static final String NOT_RESIDENT = "porter does not stay in the container";

    /// Added to the grace period of the tasks, for the porters' exit.
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    private final BareExec engine;
    private final RunDirectories directories;
    private final UserResolver users;
    private final Duration grace;
    private final BiConsumer<String, Duration> starts;
    private final Optional<PorterBinary> binary = PorterBinary.load();
    private final Map<String, FutureTask<PorterMode>> modes = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /// Warnings that were logged: the container's id and the message.
    private final Set<String> complained = ConcurrentHashMap.newKeySet();

    Porters(
            BareExec engine,
            RunDirectories directories,
            UserResolver users,
            Duration grace,
            BiConsumer<String, Duration> starts) {
        this.engine = engine;
        this.directories = directories;
        this.users = users;
        this.grace = grace;
        this.starts = starts;
    }

    /// The mode of a container; determined now if it is not known. Fails as the engine does if the container
    /// does not run.
    PorterMode into(Container container) throws InterruptedException {
        while (true) {
            var task = modes.computeIfAbsent(container.id(), _ -> search(container));
            if (closed) {
                task.cancel(true);
            }
            var mode = result(container, task);
            if (isGood(mode)) {
                return mode;
            }
            modes.remove(container.id(), task);
        }
    }

    /// Starts the porters of these containers that ran when the gateway ended, so that reconnecting clients
    /// need not wait for the engine. They are started one at a time; a login to another shed does not wait
    /// for them.
    void startAgain(Collection<Container> containers) {
        containers.stream().takeWhile(_ -> !closed).filter(this::wasInUse).forEach(this::startAgain);
    }

    private boolean wasInUse(Container container) {
        return container.running()
                && ownDirectory(container).filter(directories::wasInUse).isPresent();
    }

    private void startAgain(Container container) {
        try {
            into(container);
        } catch (ShedException e) {
            LOG.atDebug()
                    .addKeyValue("shed", container.shed())
                    .addKeyValue("why", e.failure().message())
                    .log("no porter before somebody asks for it");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether the container's resident porter answers within this time, which means that the container runs.
    /// False does not mean that it does not run.
    boolean answers(String containerId, Duration limit) {
        var task = modes.get(containerId);
        return task != null
                && porter(task).filter(porter -> porter.answers(limit)).isPresent();
    }

    /// Prepares the container's run directory, before the container starts.
    void prepare(Container container) {
        ownDirectory(container)
                .ifPresent(directory -> binary.ifPresent(program -> directories.prepare(directory, program)));
    }

    /// Called when the container has stopped or was removed.
    void forget(String containerId) {
        var task = modes.remove(containerId);
        if (task != null) {
            porter(task).ifPresent(Porter::close);
        }
        complained.removeIf(complaint -> complaint.startsWith(containerId));
    }

    /// The mode of a container, if it was determined already.
    Optional<PorterMode> known(Container container) {
        return Optional.ofNullable(modes.get(container.id()))
                .filter(task -> task.state() == State.SUCCESS)
                .map(FutureTask::resultNow);
    }

    /// The ids of all containers with an entry in the cache.
    Set<String> known() {
        return Set.copyOf(modes.keySet());
    }

    /// Ends all porters, and waits until they have hung up their tasks.
    @Override
    public void close() {
        closed = true;
        modes.values().forEach(task -> task.cancel(true));
        var porters =
                modes.values().stream().flatMap(task -> porter(task).stream()).toList();
        porters.forEach(Porter::leave);
        awaitExits(porters);
    }

    private void awaitExits(Collection<Porter> porters) {
        long end = System.nanoTime() + grace.plus(FAREWELL).toNanos();
        try {
            for (var porter : porters) {
                porter.awaitExit(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isGood(PorterMode mode) {
        return switch (mode) {
            case PorterMode.Resident resident -> !resident.porter().ended();
            case PorterMode.Absent absent -> !absent.worthAnotherLook();
        };
    }

    private static Optional<Porter> porter(FutureTask<PorterMode> task) {
        return task.state() == State.SUCCESS
                        && task.resultNow() instanceof PorterMode.Resident(var porter, var _, var _)
                ? Optional.of(porter)
                : Optional.empty();
    }

    /// Runs on a separate thread, since the first caller may be interrupted while others wait for the result.
    private FutureTask<PorterMode> search(Container container) {
        var task = new FutureTask<>(() -> timed(container));
        Thread.ofVirtual().name("porter-" + container.shed() + "/start").start(task);
        return task;
    }

    private PorterMode timed(Container container) throws InterruptedException {
        long began = System.nanoTime();
        var found = "failed";
        try {
            var mode = find(container);
            found = word(mode);
            return mode;
        } finally {
            starts.accept(found, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private static String word(PorterMode mode) {
        return switch (mode) {
            case PorterMode.Resident resident -> resident.porter().isCarried() ? "carried" : "resident";
            case PorterMode.Absent _ -> "absent";
        };
    }

    /// How many containers have each mode.
    Map<String, Integer> modes() {
        var modes = new HashMap<String, Integer>();
        for (var task : this.modes.values()) {
            if (task.state() == State.SUCCESS && isGood(task.resultNow())) {
                modes.merge(word(task.resultNow()), 1, Integer::sum);
            }
        }
        return modes;
    }

    private PorterMode result(Container container, FutureTask<PorterMode> task) throws InterruptedException {
        try {
            return task.get();
        } catch (CancellationException e) {
            throw new ShedException(Failure.shedNotReady(container.shed().value(), "the gateway is stopping"), e);
        } catch (ExecutionException e) {
            modes.remove(container.id(), task);
            if (e.getCause() instanceof ShedException failed) {
                throw new ShedException(failed.failure(), failed);
            }
            throw new IllegalStateException("searching a mode fails in one way only", e);
        }
    }

    private PorterMode find(Container container) throws InterruptedException {
        if (binary.isEmpty()) {
            return absent(container, "this gateway was built without one for " + System.getProperty("os.arch"));
        }
        var launch = new Launch(engine.mark(), grace, engine.execDefaults(container), engine.onlyUser(container));
        var directory = ownDirectory(container);
        if (directory.isPresent()) {
            try {
                directories.prepare(directory.get(), binary.get());
                return suited(container, launch, each -> resident(container, directory.get(), each));
            } catch (IOException e) {
                complain(container, NOT_RESIDENT, String.valueOf(e.getMessage()));
            } catch (ShedException e) {
                // If the gateway's disk is unusable, connections can still be carried.
                if (e.failure().kind() != Failure.Kind.STATE_UNUSABLE) {
                    throw e;
                }
                complain(container, NOT_RESIDENT, e.failure().message());
            }
        }
        return carried(container, binary.get(), launch);
    }

    private interface Start {
        PorterMode by(Launch launch) throws IOException, InterruptedException;
    }

    /// Starts the porter as root, unless the engine starts programs as one user only. If root cannot change to the
    /// shed's user there, starts it as that user.
    private PorterMode suited(Container container, Launch launch, Start start)
            throws IOException, InterruptedException {
        var mode = start.by(launch);
        if (launch.onlyUser().isPresent()) {
            return mode;
        }
        try {
            var trial = new UserTrial(container, mode);
            var user = launch.user(users, container, trial);
            if (!users.isOutOfReach(container, user, trial)) {
                return mode;
            }
            if (mode instanceof PorterMode.Resident(var porter, var _, var _)) {
                porter.giveWay();
            }
            return start.by(launch.asOnly(user));
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (mode instanceof PorterMode.Resident(var porter, var _, var _)) {
                porter.close();
            }
            throw e;
        }
    }

    private PorterMode resident(Container container, Path directory, Launch launch)
            throws IOException, InterruptedException {
        var porter = Porter.start(engine, container, directory, launch);
        return new PorterMode.Resident(porter, SocketTransport.program(), launch);
    }

    /// Where the container has no run directory of this gateway, the program is put into it, and
    /// its connections are carried over the exec that starts it.
    private PorterMode carried(Container container, PorterBinary program, Launch launch) throws InterruptedException {
        try {
            var path = provided(container, program);
            return suited(
                    container,
                    launch,
                    each -> new PorterMode.Resident(Porter.carried(engine, container, path, each), path, each));
        } catch (IOException e) {
            if (e.getCause() instanceof ShedException failed) {
                return absentFor(container, failed);
            }
            return absent(container, String.valueOf(e.getMessage()));
        } catch (ShedException e) {
            return absentFor(container, e);
        }
    }

    private String provided(Container container, PorterBinary program) {
        return engine.program(container, program.hash()).orElseGet(() -> {
            var path = PLACE + program.hash();
            engine.put(container, path, program.content());
            return path;
        });
    }

    private PorterMode absentFor(Container container, ShedException why) {
        return switch (why.failure().kind()) {
            case SHED_NOT_READY, TOOL_MISSING, ENGINE_REFUSED ->
                absent(container, why.failure().message());
            default -> throw why;
        };
    }

    private PorterMode absent(Container container, String why) {
        complain(container, "no porter in the container; the engine starts its processes", why);
        return new PorterMode.Absent(why, System.nanoTime());
    }

    private void complain(Container container, String what, String why) {
        if (complained.add(container.id() + what)) {
            LOG.atWarn()
                    .addKeyValue("shed", container.shed())
                    .addKeyValue("why", FailureText.printable(why))
                    .log(what);
        }
    }

    private Optional<Path> ownDirectory(Container container) {
        return container.runDirectory().flatMap(directories::own);
    }
}
