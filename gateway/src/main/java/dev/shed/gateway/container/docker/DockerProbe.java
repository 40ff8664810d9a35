package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import dev.shed.gateway.container.EngineProbe;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.stream.Tail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A [EngineProbe] of a Docker Engine.
public final class DockerProbe implements EngineProbe {
    /// By this label a container is found that an interrupted trial left behind.
    private static final String LABEL = "shed.trial";

    private static final String PORTER = "/.shed/porter-trial";

    /// The program of the container. It must not need anything but a shell.
    private static final String SCRIPT = "tmux -V; " + PORTER + " --version";

    private static final Pattern TMUX = Pattern.compile("(?m)^tmux (?:next-)?([0-9][0-9a-z.-]{0,30})\\s*$");
    /// How runc and crun say that the image has no shell.
    private static final Pattern NO_SHELL = Pattern.compile("executable file .*not found|no such file");

    private static final Pattern PORTER_SAYS = Pattern.compile("(?m)^porter \\S+ protocol \\d+\\s*$");

    private static final int MAX_OUTPUT = 1000;

    private static final Duration RECENT = Duration.ofMinutes(1);

    private static final long MEMORY = 64L << 20;
    private static final long PIDS = 64;

    private final EngineClient engine;
    private final Optional<byte[]> porter;
    private final Cures cures;

    /// @param timeout limit on one request, and on the programs of a trial
    /// @param porter the program that starts processes in containers; empty if there is none for this machine
    /// @param cures what to type when something is wrong
    public DockerProbe(Path socket, Duration timeout, Optional<byte[]> porter, Cures cures) {
        this.engine = new EngineClient(socket, timeout);
        this.porter = porter.map(byte[]::clone);
        this.cures = cures;
    }

    @Override
    public Engine engine() {
        var version = engine.json("/version");
        var name = version.path("Components").path(0).path("Name").asText("Engine");
        return new Engine(
                (name.equals("Engine") ? "Docker Engine" : name) + " "
                        + version.path("Version").asText(),
                version.path("ApiVersion").asText(),
                time(engine.json("/info").path("SystemTime").asText()));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    @Override
    public Trial tryOut(String image) {
        removeLeftBehind();
        var container = create(image);
        try {
            if (porter.isPresent()) {
                put(container, porter.get());
            }
            return trial(output(container));
        } catch (EngineRefusedException e) {
            if (!NO_SHELL.matcher(e.words()).find()) {
                throw e;
            }
            return new Trial(Optional.empty(), false, e.words());
        } finally {
            remove(container);
        }
    }

    private static Trial trial(String output) {
        var tmux = TMUX.matcher(output);
        return new Trial(
                tmux.find() ? Optional.of(tmux.group(1)) : Optional.empty(),
                PORTER_SAYS.matcher(output).find(),
                output.strip());
    }

    private String create(String image) {
        try {
            return engine.work(docker -> docker.createContainerCmd(image)
                    .withEntrypoint("sh", "-c", SCRIPT)
                    .withLabels(Map.of(LABEL, "true", Containers.SHED, "false"))
                    .withHostConfig(HostConfig.newHostConfig()
                            .withNetworkMode("none")
                            .withMemory(MEMORY)
                            .withPidsLimit(PIDS)
                            // Even if this program ends first.
                            .withAutoRemove(true))
                    .exec()
                    .getId());
        } catch (EngineRefusedException e) {
            if (e.isMissingImage()) {
                throw new ShedException(Failure.imageNotFound(image, DockerHints.missing(image)), e);
            }
            throw e;
        }
    }

    private void put(String container, byte[] program) {
        engine.ask(docker -> docker.copyArchiveToContainerCmd(container)
                .withRemotePath("/")
                .withTarInputStream(TarFile.executable(PORTER, program))
                .exec());
    }

    /// Attaches before the start, because the container and its log are gone when its program has ended.
    private String output(String container) {
        var output = new Tail(MAX_OUTPUT);
        return engine.ask(engine.timeout().multipliedBy(2), docker -> {
            try (var attached = docker.attachContainerCmd(container)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withFollowStream(true)
                    .exec(new Collector(output))) {
                attached.awaitStarted(engine.timeout().toNanos(), TimeUnit.NANOSECONDS);
                docker.startContainerCmd(container).exec();
                if (!attached.awaitCompletion(engine.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new IOException("the programs of the image do not end");
                }
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
            return output.toString();
        });
    }

    private static final class Collector extends ResultCallback.Adapter<Frame> {
        private final Tail output;

        Collector(Tail output) {
            this.output = output;
        }

        @Override
        public void onNext(Frame frame) {
            output.write(frame.getPayload(), 0, frame.getPayload().length);
        }
    }

    private void remove(String container) {
        try {
            engine.ask(docker -> docker.removeContainerCmd(container)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec());
        } catch (EngineRefusedException e) {
            // The engine removes it by itself, too.
            e.throwUnless(EngineRefusedException.NOT_FOUND, EngineRefusedException.CONFLICT);
        }
    }

    /// Removes containers that an earlier trial could not remove, and not those of one that has just begun.
    private void removeLeftBehind() {
        long recent = Instant.now().minus(RECENT).getEpochSecond();
        engine
                .ask(docker -> docker.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of(LABEL, "true"))
                        .withStatusFilter(List.of("created", "running"))
                        .exec())
                .stream()
                .filter(container -> container.getCreated() < recent)
                .forEach(container -> remove(container.getId()));
    }

    @Override
    public Cures cures() {
        return cures;
    }

    @Override
    public void close() {
        engine.close();
    }
}
