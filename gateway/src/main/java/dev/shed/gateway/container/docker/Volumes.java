package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.name.ShedName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The volumes of a shed: its workspace, and the home directory of its user (ADR-0042). The engine makes a volume
/// together with the first container that mounts it, and fills it with what the image has there.
///
/// @param workspace where the workspace is mounted
record Volumes(EngineClient engine, String workspace) {
    private static final Logger LOG = LoggerFactory.getLogger(Volumes.class);

    /// The labels of a new container that its volumes get as well.
    private static final Set<String> MARKS = Set.of(Container.CREATION, Container.OWNER_KEYS);

    /// The mounts of a new container.
    ///
    /// @param own the labels by which everything of a shed is found
    /// @param home where the home volume is mounted; empty for none
    List<Mount> mounts(ContainerSpec spec, Map<String, String> own, Optional<String> home) {
        var common = marks(spec, own, MARKS);
        var ofWorkspace = marks(spec, common, ContainerSpec.WORKSPACE_LABELS);
        return Stream.concat(
                        Stream.of(mount(spec.volumeName(), workspace, ofWorkspace)),
                        home
                                .map(directory -> mount(spec.homeVolumeName(), directory, ofHome(common, directory)))
                                .stream())
                .toList();
    }

    private static Map<String, String> ofHome(Map<String, String> common, String directory) {
        var marks = new HashMap<>(common);
        marks.put(ContainerSpec.HOME, directory);
        return marks;
    }

    private static Map<String, String> marks(ContainerSpec spec, Map<String, String> own, Set<String> labels) {
        var marks = new HashMap<>(spec.labels());
        marks.keySet().retainAll(labels);
        marks.putAll(own);
        return marks;
    }

    private static Mount mount(String volume, String target, Map<String, String> labels) {
        return new Mount()
                .withType(MountType.VOLUME)
                .withSource(volume)
                .withTarget(target)
                .withVolumeOptions(new VolumeOptions().withLabels(labels));
    }

    /// Empty if there is no such volume.
    Map<String, String> labels(String volume) {
        try {
            var labels =
                    engine.ask(docker -> docker.inspectVolumeCmd(volume).exec()).getLabels();
            return labels == null ? Map.of() : labels;
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND);
            return Map.of();
        }
    }

    /// Removes the volumes with this creation mark.
    ///
    /// @return whether there was one
    boolean undo(ShedName shed, String creation) {
        var made = Stream.of(ContainerSpec.volumeName(shed), ContainerSpec.homeVolumeName(shed))
                .filter(volume -> creation.equals(labels(volume).get(Container.CREATION)))
                .toList();
        made.forEach(this::remove);
        return !made.isEmpty();
    }

    /// Removes the volumes of a container that no longer exists, or says which it had.
    ContainerEngine.Kept remove(Container container, boolean removing) {
        return new ContainerEngine.Kept(
                isKept(container.workspaceVolume(), removing), isKept(container.homeVolume(), removing));
    }

    private boolean isKept(Optional<String> volume, boolean removing) {
        return volume.isPresent() && !(removing && remove(volume.get()));
    }

    /// Removes a volume unless another container uses it.
    ///
    /// @return whether the volume no longer exists
    private boolean remove(String volume) {
        try {
            engine.work(docker -> docker.removeVolumeCmd(volume).exec());
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND, EngineRefusedException.CONFLICT);
            if (e.is(EngineRefusedException.CONFLICT)) {
                LOG.atWarn().addKeyValue("volume", volume).setCause(e).log("volume kept: another container uses it");
                return false;
            }
        }
        return true;
    }
}
