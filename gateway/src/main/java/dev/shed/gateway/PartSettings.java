package dev.shed.gateway;

import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.config.Agents;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.docker.DockerSettings;
import dev.shed.gateway.container.porter.PorterRuntime;
import dev.shed.gateway.container.porter.RefusedAddresses;
import dev.shed.gateway.failure.PublicAddress;
import dev.shed.gateway.notify.Notifier;
import dev.shed.gateway.recording.Recordings;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.create.HostKeys;
import dev.shed.gateway.shed.create.ShedCreator;
import dev.shed.gateway.shed.session.Sessions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// Converts the configuration into the settings of each part.
final class PartSettings {
    /// How long a container is watched after its start. A program that cannot run ends within a tenth of
    /// this.
    private static final Duration START_WATCH = Duration.ofSeconds(1);

    private PartSettings() {}

    static DockerSettings docker(GatewayConfig config, String gatewayId, BiConsumer<String, Duration> requests) {
        return new DockerSettings(
                config.engine().host(),
                config.engine().timeout(),
                gatewayId,
                config.shed().user(),
                config.shed().workspace(),
                config.ssh().hangupGrace(),
                (result, took) -> requests.accept(result.word(), took));
    }

    static PorterRuntime.Settings porters(GatewayConfig config, BiConsumer<String, Duration> starts) {
        return new PorterRuntime.Settings(
                config.state().resolve("run"),
                config.shed().user(),
                config.ssh().hangupGrace(),
                config.forwarding().refusesHostAddresses() ? RefusedAddresses.ofTheHost() : RefusedAddresses.NONE,
                starts);
    }

    static Sessions.Relays relays(Agents agents) {
        return Sessions.Relays.valueOf(agents.relay().toUpperCase(Locale.ROOT));
    }

    static ShedCreator.Settings creation(GatewayConfig config) {
        return new ShedCreator.Settings(
                config.shed().image(),
                new Workspace(config.shed().workspace()),
                config.create().forge(),
                HostKeys.parse(config.create().hostKeys()),
                config.create().mounts().stream().map(PartSettings::bind).toList(),
                config.create().envFile(),
                limits(config),
                config.shed().network(),
                config.access().showsOwnOnly(),
                START_WATCH);
    }

    /// A cluster limits the processes of a pod on its nodes only.
    private static ContainerSpec.Limits limits(GatewayConfig config) {
        var shed = config.shed();
        return new ContainerSpec.Limits(
                OptionalLong.empty(),
                limit(shed.memory()),
                limit(config.engine().isKubernetes() ? 0 : shed.pidsLimit()),
                limit(shed.disk()));
    }

    private static OptionalLong limit(long value) {
        return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    static Recordings.Settings recordings(GatewayConfig config) {
        var recording = config.recording();
        return new Recordings.Settings(
                recording.sheds(),
                config.recordings(),
                recording.maxSize(),
                recording.maxTotal(),
                recording.keep(),
                recording.onFailure().equals("refuse"));
    }

    /// The address for hints, which the configuration has validated.
    static Optional<PublicAddress> publicAddress(GatewayConfig config) {
        return config.listen().publicAddress().flatMap(PublicAddress::parse);
    }

    static Notifier.Settings notifier(GatewayConfig gateway) {
        var config = gateway.notifications();
        return new Notifier.Settings(
                config.command(),
                config.webhook(),
                config.tokenFile(),
                config.clickHost().or(gateway.listen()::publicAddress),
                config.ofSheds(),
                Arrays.stream(State.values())
                        .filter(state -> config.statuses().contains(state.word()))
                        .collect(Collectors.toSet()),
                config.dwell(),
                config.cooldown());
    }

    static LoginPolicy.Sources logins(GatewayConfig.Access access) {
        return new LoginPolicy.Sources(
                access.authorizedKeys(),
                access.trustedUserCaKeys(),
                access.principals(),
                access.revokedKeys(),
                access.minRsaBits());
    }

    /// Parses `SOURCE:TARGET[:ro|:rw]`, which the configuration has validated.
    static ContainerSpec.Bind bind(String mount) {
        var parts = mount.split(":", -1);
        boolean readOnly = parts.length < 3 || parts[2].equals("ro");
        return new ContainerSpec.Bind(Path.of(parts[0]), parts[1], readOnly);
    }
}
