package dev.shed.gateway;

import dev.shed.gateway.config.ConfigFile;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.EngineProbe;
import dev.shed.gateway.container.docker.DockerCures;
import dev.shed.gateway.container.docker.DockerProbe;
import dev.shed.gateway.container.porter.PorterRuntime;
import dev.shed.gateway.control.ControlSocket;
import dev.shed.gateway.doctor.AuthorizedKeysCheck;
import dev.shed.gateway.doctor.CertificatesCheck;
import dev.shed.gateway.doctor.Check;
import dev.shed.gateway.doctor.ClockCheck;
import dev.shed.gateway.doctor.ClusterCheck;
import dev.shed.gateway.doctor.ConfigurationCheck;
import dev.shed.gateway.doctor.EngineCheck;
import dev.shed.gateway.doctor.FailedCheck;
import dev.shed.gateway.doctor.HostKeysCheck;
import dev.shed.gateway.doctor.ImageCheck;
import dev.shed.gateway.doctor.LimitsCheck;
import dev.shed.gateway.doctor.ListenCheck;
import dev.shed.gateway.doctor.MountsCheck;
import dev.shed.gateway.doctor.NamesCheck;
import dev.shed.gateway.doctor.SecretFilesCheck;
import dev.shed.gateway.doctor.StateCheck;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.keys.AuthorizedKeysEditor;
import dev.shed.gateway.ssh.SshEndpoint;
import dev.shed.gateway.ssh.key.HostIdentity;
import dev.shed.gateway.text.ShellWords;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The checks of `doctor` for a configuration, with the code that `serve` uses.
final class Checks {
    /// Limit on a request to the engine, unless `engine.timeout` is less.
    private static final Duration ENGINE = Duration.ofSeconds(20);

    /// The host in `create.forge`: `git@HOST:`, `https://HOST/`, `ssh://git@HOST:22/`.
    private static final Pattern FORGE = Pattern.compile("(?:[a-z+]+://)?(?:[^@/:]*@)?([A-Za-z0-9.-]+)[:/].*");

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

    private Checks() {}

    /// @param given the configuration file named on the command line. If it has an error, that is all to find
    static List<Check> of(Optional<Path> given, Clock clock) {
        var checks = new ArrayList<Check>(List.of(new ConfigurationCheck(given)));
        try {
            var config = ConfigFile.load(given);
            checks.addAll(files(config, given, clock));
            checks.addAll(engine(config, clock));
            checks.add(new NamesCheck(hosts(config), InetAddress::getByName));
            checks.add(new LimitsCheck(Path.of("/"), config.ssh().maxConnections()));
        } catch (ShedException _) {
            // The first check reports it.
        }
        return checks;
    }

    private static List<Check> files(GatewayConfig config, Optional<Path> given, Clock clock) {
        var access = config.access();
        var option = given.map(file -> " --config " + ShellWords.quoted(file.toString()))
                .orElse("");
        var checks = new ArrayList<Check>();
        checks.add(new AuthorizedKeysCheck(
                new AuthorizedKeysEditor(access.authorizedKeys(), clock, access.minRsaBits()),
                clock,
                option,
                access.trustedUserCaKeys().isPresent() && access.principals().isPresent()));
        checks.add(new CertificatesCheck(PartSettings.logins(access), clock));
        checks.add(new HostKeysCheck(() -> HostIdentity.examine(config, clock)));
        checks.add(new SecretFilesCheck(
                config.create().envFile(), config.notifications().tokenFile()));
        checks.add(new MountsCheck(config.create().mounts().stream()
                .map(PartSettings::bind)
                .map(ContainerSpec.Bind::source)
                .toList()));
        checks.add(new ListenCheck(
                config.listen(), SshEndpoint::requireFree, () -> ControlSocket.answers(config.state())));
        checks.add(state("state", config.state()));
        config.recording().directory().ifPresent(directory -> checks.add(state("recordings", directory)));
        return checks;
    }

    private static Check state(String about, Path directory) {
        return new StateCheck(about, directory, path -> Files.getFileStore(path).getUsableSpace());
    }

    private static List<Check> engine(GatewayConfig config, Clock clock) {
        var timeout = config.engine().timeout().compareTo(ENGINE) < 0
                ? config.engine().timeout()
                : ENGINE;
        if (config.engine().isKubernetes()) {
            return cluster(config, timeout, clock);
        }
        var socket = Path.of(config.engine().host().getPath());
        // It ends with this program.
        EngineProbe probe =
                new DockerProbe(socket, timeout, PorterRuntime.program(), new DockerCures(Installation.imageSources()));
        return List.of(
                new EngineCheck(socket, Files::isWritable, probe),
                new ImageCheck(config.shed().image(), probe),
                new ClockCheck(clock, probe));
    }

    private static List<Check> cluster(GatewayConfig config, Duration timeout, Clock clock) {
        try {
            var probe = KubernetesParts.probe(config, timeout);
            return List.of(
                    new ClusterCheck(probe),
                    new ImageCheck(config.shed().image(), probe),
                    new ClockCheck(clock, probe));
        } catch (ShedException e) {
            return List.of(new FailedCheck("engine", e.failure()));
        }
    }

    /// The names that the gateway or `create` resolves, by their keys.
    private static Map<String, String> hosts(GatewayConfig config) {
        var hosts = new LinkedHashMap<String, String>();
        hosts.put("listen.address", config.listen().address());
        var forge = FORGE.matcher(config.create().forge());
        if (forge.matches()) {
            hosts.put("create.forge", forge.group(1));
        }
        config.notifications().webhook().map(URI::getHost).ifPresent(host -> hosts.put("notify.webhook", host));
        hosts.values().removeIf(host -> LITERAL.matcher(host).matches());
        return hosts;
    }
}
