package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecDefaults;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.PlainExec;
import dev.shed.gateway.container.UserResolver;
import dev.shed.gateway.container.UserResolver.Trial.Result;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The execs of one gateway: processes that the engine itself starts.
final class DockerExec implements BareExec, PlainExec {
    private static final Logger LOG = LoggerFactory.getLogger(DockerExec.class);

    /// Checks the container's own passwd file, in which the engine looks up names.
    private static final String HAS_USER =
            "while IFS=: read -r name _; do [ \"$name\" = \"$1\" ] && exit; done" + " </etc/passwd; exit 1";

    private final EngineClient engine;
    private final Containers containers;
    private final UserResolver users;
    private final ExecWrapper wrapper;
    private final Hangups hangups;

    /// Ids of the execs of this gateway's processes, from before they start.
    private final Set<String> held = ConcurrentHashMap.newKeySet();

    private final Set<DockerProcess> processes = ConcurrentHashMap.newKeySet();

    DockerExec(EngineClient engine, Containers containers, DockerSettings settings) {
        this.engine = engine;
        this.containers = containers;
        this.users = new UserResolver(settings.user());
        this.wrapper = new ExecWrapper(settings.gatewayId());
        this.hangups = new Hangups(settings.hangupGrace());
    }

    /// Called when the container was removed or is about to be.
    void forget(Container container) {
        users.forget(container.id());
    }

    @Override
    public ContainerProcess start(ExecSpec spec) {
        return start(spec.container(), () -> createExec(spec), this::hangUp);
    }

    @Override
    public ContainerProcess start(
            Container container, String user, List<String> argv, Map<String, String> environment) {
        return start(container, () -> createBareExec(container, user, argv, environment), this::waitThenKill);
    }

    @Override
    public String mark() {
        return wrapper.mark();
    }

    @Override
    public void put(Container container, String path, byte[] content) {
        try {
            unpack(container, "/", path, content);
        } catch (EngineRefusedException e) {
            if (!unpackInVolume(container, path, content)) {
                throw containers.meaningForProcess(container, e);
            }
        }
    }

    /// Unpacks into the target directory, because a read-only root may contain a writable volume.
    private boolean unpackInVolume(Container container, String path, byte[] content) {
        int slash = path.lastIndexOf('/');
        try {
            unpack(container, path.substring(0, slash), path.substring(slash), content);
            return true;
        } catch (EngineRefusedException _) {
            return false;
        }
    }

    private void unpack(Container container, String directory, String path, byte[] content) {
        engine.ask(docker -> docker.copyArchiveToContainerCmd(container.id())
                .withRemotePath(directory)
                .withTarInputStream(TarFile.executable(path, content))
                .exec());
    }

    @Override
    public ExecDefaults execDefaults(Container container) {
        try {
            return Inspection.of(engine, container.id()).execDefaults();
        } catch (EngineRefusedException e) {
            throw containers.meaning(container, e);
        }
    }

    private interface Creation {
        Exec exec() throws IOException, InterruptedException;
    }

    private ContainerProcess start(Container container, Creation creation, Consumer<DockerProcess> onClose) {
        try {
            return run(creation.exec(), container.shed(), onClose);
        } catch (EngineRefusedException e) {
            throw containers.meaningForProcess(container, e);
        } catch (IOException e) {
            throw new ShedException(EngineClient.unavailable(String.valueOf(e.getMessage())), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShedException(EngineClient.unavailable("interrupted while waiting for it"), e);
        }
    }

    /// Checks all sheds in parallel.
    @Override
    public void endAbandoned() {
        var running = containers.list().stream().filter(Container::running).toList();
        var names = Thread.ofVirtual().name("abandoned-", 0).factory();
        try (var tasks = Executors.newThreadPerTaskExecutor(names)) {
            running.forEach(container -> tasks.execute(() -> endAbandonedProcesses(container)));
        }
    }

    /// Hangs up the processes that still run, and waits for their end up to the grace period.
    void close() {
        processes.forEach(DockerProcess::close);
        hangups.close();
    }

    private Exec createExec(ExecSpec spec) throws IOException, InterruptedException {
        var container = spec.container();
        var user = users.of(container, name -> trial(container, name));
        var id = engine.ask(docker -> {
            var create = docker.execCreateCmd(container.id())
                    .withAttachStdin(true)
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .withTty(spec.terminal().isPresent())
                    .withWorkingDir("/")
                    .withEnv(ExecWrapper.environment(spec))
                    .withCmd(wrapper.argv(spec).toArray(String[]::new));
            return user.map(create::withUser).orElse(create).exec().getId();
        });
        return new Exec(engine, container.id(), id, spec.terminal().isPresent());
    }

    private Result trial(Container container, String user) throws InterruptedException {
        int status = Exec.run(engine, container.id(), Optional.empty(), "sh", "-c", HAS_USER, "shed-user", user);
        return status == 0 ? Result.POSSIBLE : Result.NO_SUCH_USER;
    }

    private Exec createBareExec(Container container, String user, List<String> argv, Map<String, String> environment) {
        var id = engine.ask(docker -> docker.execCreateCmd(container.id())
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withUser(user)
                .withWorkingDir("/")
                .withEnv(environment.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList())
                .withCmd(argv.toArray(String[]::new))
                .exec()
                .getId());
        return new Exec(engine, container.id(), id, false);
    }

    private DockerProcess run(Exec exec, ShedName shed, Consumer<DockerProcess> onClose) {
        held.add(exec.id());
        try {
            var process = new DockerProcess(exec, exec.open(), new ExecErrorDetector(shed), onClose);
            processes.add(process);
            return process;
        } catch (EngineRefusedException e) {
            held.remove(exec.id());
            throw e;
        } catch (ShedException e) {
            // The engine gave no answer, so it may have started the exec.
            held.remove(exec.id());
            hangups.start(exec);
            throw e;
        }
    }

    private void hangUp(DockerProcess process) {
        processes.remove(process);
        held.remove(process.exec().id());
        hangups.start(process.exec());
    }

    private void waitThenKill(DockerProcess process) {
        processes.remove(process);
        held.remove(process.exec().id());
        hangups.waitThenKill(process.exec());
    }

    private void endAbandonedProcesses(Container container) {
        try {
            containers.execIds(container).stream()
                    .filter(id -> !held.contains(id))
                    .forEach(id -> endIfAbandoned(container, id));
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("shed", container.shed()).setCause(e).log("cannot look for abandoned processes");
        }
    }

    private void endIfAbandoned(Container container, String execId) {
        try {
            var state = new Exec(engine, container.id(), execId, false).state();
            if (!state.running() || held.contains(execId)) {
                return;
            }
            var exec = new Exec(engine, container.id(), execId, state.terminal());
            if (wrapper.marks(state.arguments())) {
                hangups.start(exec);
            } else if (wrapper.marksBare(state.arguments())) {
                hangups.waitThenKill(exec);
            }
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND);
            // The process ended in between.
        }
    }
}
