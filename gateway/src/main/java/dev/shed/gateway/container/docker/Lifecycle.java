package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes, starts, stops and removes the containers of sheds.
final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private static final String CREATED = "shed.created";

    /// What an image's name can be made of; it becomes a part of a path.
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]*");

    /// Editors run programs from /tmp and lock with links in it; a start empties it.
    private static final Map<String, String> TMPFS = Map.of("/tmp", "rw,exec,nosuid,nodev,mode=1777");

    /// A shed stays up with nothing in it, whatever its image is made to run: an image whose command is a shell
    /// would end at once, and start and end for ever.
    private static final List<String> IDLE = List.of("sleep", "infinity");

    private final Engine engine;
    private final Containers containers;
    private final String workspace;
    private final Clock clock = Clock.systemUTC();

    Lifecycle(Engine engine, Containers containers, String workspace) {
        this.engine = engine;
        this.containers = containers;
        this.workspace = workspace;
    }

    Container create(ContainerSpec spec) {
        if (containers.find(spec.shed()).isPresent()) {
            throw alreadyExists(spec);
        }
        requireImage(spec.image());
        boolean volumeWasThere = volumeExists(spec.volumeName());
        try {
            // The engine makes the volume in the same step, and only for the one call that wins the name.
            engine.ask(docker -> describe(docker.createContainerCmd(spec.image()), spec)
                    .exec()
                    .getId());
        } catch (ConflictException e) {
            throw alreadyExists(spec);
        } catch (NotFoundException e) {
            throw new ShedException(new Failure.ImageNotFound(spec.image()), e);
        } catch (RuntimeException e) {
            if (!volumeWasThere) {
                removeVolume(spec.volumeName());
            }
            throw e;
        }
        return containers
                .find(spec.shed())
                .orElseThrow(() ->
                        new ShedException(new Failure.ShedNotFound(spec.shed().value())));
    }

    void start(Container container) {
        try {
            engine.ask(docker -> docker.startContainerCmd(container.id()).exec());
        } catch (NotModifiedException _) {
            // It runs already.
        } catch (NotFoundException e) {
            throw notFound(container, e);
        } catch (DockerException e) {
            throw new ShedException(
                    new Failure.ShedNotReady(container.shed().value(), "the engine says: " + e.getMessage()), e);
        }
    }

    void stop(Container container, Duration grace) {
        try {
            engine.ask(
                    engine.timeout().plus(grace),
                    docker -> docker.stopContainerCmd(container.id())
                            .withTimeout((int) grace.toSeconds())
                            .exec());
        } catch (NotModifiedException _) {
            // It is stopped already.
        } catch (NotFoundException e) {
            throw notFound(container, e);
        }
    }

    void remove(Container container, boolean withWorkspace) {
        try {
            engine.ask(docker -> docker.removeContainerCmd(container.id())
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec());
        } catch (NotFoundException | ConflictException e) {
            // Somebody else removed it, or is just doing so.
            LOG.atDebug().addKeyValue("container", container.id()).setCause(e).log("removed by somebody else");
        }
        if (withWorkspace) {
            container.workspaceVolume().ifPresent(this::removeVolume);
        }
    }

    private CreateContainerCmd describe(CreateContainerCmd create, ContainerSpec spec) {
        var own = Map.of(Containers.SHED, "true", Containers.NAME, spec.shed().value());
        var labels = new HashMap<>(spec.labels());
        labels.putAll(own);
        labels.put(CREATED, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        var volume = new Mount()
                .withType(MountType.VOLUME)
                .withSource(spec.volumeName())
                .withTarget(workspace)
                .withVolumeOptions(new VolumeOptions().withLabels(own));
        var mounts = new ArrayList<>(List.of(volume));
        spec.runDirectory().map(Lifecycle::readOnly).ifPresent(mounts::add);
        return create.withName(spec.containerName())
                .withHostName(spec.shed().value())
                .withLabels(labels)
                .withTty(false)
                .withStdinOpen(false)
                .withEntrypoint(IDLE)
                .withHostConfig(HostConfig.newHostConfig()
                        .withInit(true)
                        .withRestartPolicy(RestartPolicy.unlessStoppedRestart())
                        .withMounts(mounts)
                        .withTmpFs(TMPFS));
    }

    private static Mount readOnly(Path runDirectory) {
        return new Mount()
                .withType(MountType.BIND)
                .withSource(runDirectory.toString())
                .withTarget(Container.RUN_DIRECTORY)
                .withReadOnly(true);
    }

    private void requireImage(String image) {
        try {
            if (!IMAGE.matcher(image).matches()) {
                throw new ShedException(new Failure.ImageNotFound(image));
            }
            engine.ask(docker -> docker.inspectImageCmd(image).exec());
        } catch (NotFoundException | BadRequestException e) {
            throw new ShedException(new Failure.ImageNotFound(image), e);
        }
    }

    boolean volumeExists(String volume) {
        try {
            engine.ask(docker -> docker.inspectVolumeCmd(volume).exec());
            return true;
        } catch (NotFoundException _) {
            return false;
        }
    }

    private void removeVolume(String volume) {
        try {
            engine.ask(docker -> docker.removeVolumeCmd(volume).exec());
        } catch (NotFoundException _) {
            // It is gone already.
        } catch (ConflictException e) {
            LOG.atWarn().addKeyValue("volume", volume).setCause(e).log("volume kept: another container uses it");
        }
    }

    private static ShedException alreadyExists(ContainerSpec spec) {
        return new ShedException(new Failure.ShedAlreadyExists(spec.shed().value()));
    }

    private static ShedException notFound(Container container, NotFoundException cause) {
        return new ShedException(new Failure.ShedNotFound(container.shed().value()), cause);
    }
}
