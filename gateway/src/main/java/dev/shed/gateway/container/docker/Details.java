package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HostConfig;
import dev.shed.gateway.container.ContainerDetails;
import dev.shed.gateway.container.ContainerDetails.Ending;
import dev.shed.gateway.container.ContainerDetails.Life;
import dev.shed.gateway.container.ContainerDetails.Mount;
import dev.shed.gateway.container.ContainerDetails.Network;
import dev.shed.gateway.container.ContainerSpec.Limits;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Converts the engine's description of one container to our types. Every part of the description may be
/// missing.
final class Details {
    /// The engine's value for "never".
    private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

    private Details() {}

    static ContainerDetails of(InspectContainerResponse inspected) {
        var host = Optional.ofNullable(inspected.getHostConfig());
        var config = Optional.ofNullable(inspected.getConfig());
        return new ContainerDetails(
                life(inspected.getState()),
                Optional.ofNullable(inspected.getRestartCount()).orElse(0),
                host.map(HostConfig::getRestartPolicy)
                        .map(policy -> policy.getName())
                        .orElse("no"),
                config.map(each -> each.getUser()).orElse(""),
                host.map(Details::limits).orElse(Limits.NONE),
                mounts(inspected),
                networks(inspected));
    }

    private static Life life(ContainerState state) {
        var started = time(state.getStartedAt());
        boolean ended = started.isPresent()
                && (!Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getRestarting()));
        boolean failed = !Objects.requireNonNullElse(state.getError(), "").isEmpty();
        return new Life(started, ended || failed ? Optional.of(ending(state)) : Optional.empty());
    }

    private static Ending ending(ContainerState state) {
        return new Ending(
                Optional.ofNullable(state.getExitCodeLong()).orElse(0L).intValue(),
                Boolean.TRUE.equals(state.getOOMKilled()),
                Objects.requireNonNullElse(state.getError(), ""),
                time(state.getFinishedAt()));
    }

    private static Optional<Instant> time(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse).filter(time -> time.isAfter(NEVER));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private static Limits limits(HostConfig host) {
        return new Limits(
                limit(host.getNanoCPUs()), limit(host.getMemory()), limit(host.getPidsLimit()), OptionalLong.empty());
    }

    /// The engine uses 0 for no limit, and for processes also -1.
    private static OptionalLong limit(@Nullable Long value) {
        return value == null || value <= 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static List<Mount> mounts(InspectContainerResponse inspected) {
        return Optional.ofNullable(inspected.getMounts()).orElse(List.of()).stream()
                .map(mount -> new Mount(
                        Objects.requireNonNullElse(mount.getName(), Objects.requireNonNullElse(mount.getSource(), "")),
                        mount.getDestination() == null
                                ? ""
                                : Objects.requireNonNullElse(
                                        mount.getDestination().getPath(), ""),
                        Boolean.FALSE.equals(mount.getRW())))
                .sorted(Comparator.comparing(Mount::target))
                .toList();
    }

    private static List<Network> networks(InspectContainerResponse inspected) {
        var settings = inspected.getNetworkSettings();
        Map<String, ContainerNetwork> networks =
                settings == null || settings.getNetworks() == null ? Map.of() : settings.getNetworks();
        return networks.entrySet().stream()
                .map(entry -> new Network(
                        entry.getKey(),
                        Objects.requireNonNullElse(entry.getValue().getIpAddress(), "")))
                .sorted(Comparator.comparing(Network::name))
                .toList();
    }
}
