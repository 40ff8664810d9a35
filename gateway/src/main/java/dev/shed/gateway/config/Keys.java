package dev.shed.gateway.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// All keys of the configuration file, with names, types, rules and defaults. `config/gateway.yaml` gives the
/// reasons for the defaults; a test compares the two.
final class Keys {
    private static final Key<String> LISTEN_ADDRESS =
            Key.of("listen.address", ValueType.TEXT, Rule.ADDRESS, "127.0.0.1");
    private static final Key<Integer> LISTEN_PORT = Key.of("listen.port", ValueType.NUMBER, Rule.PORT, 2222);

    private static final Key<Optional<String>> PUBLIC_ADDRESS =
            Key.of("listen.public-address", ValueType.TEXT_OR_NONE, Rule.PUBLIC_ADDRESS, Optional.empty());
    private static final ListKey<String> PROXY_PROTOCOL =
            new ListKey<>("listen.proxy-protocol", ValueType.TEXT, Rule.ADDRESS_BLOCK);

    private static final Key<Path> STATE = new Key<>("state", ValueType.PATH, Rule.ABSOLUTE_PATH, DefaultPaths::state);

    private static final Key<Path> AUTHORIZED_KEYS = new Key<>(
            "access.authorized-keys",
            ValueType.PATH,
            Rule.ABSOLUTE_PATH,
            paths -> paths.directory().resolve("authorized_keys"));

    private static final Key<Optional<Path>> TRUSTED_USER_CA_KEYS =
            Key.of("access.trusted-user-ca-keys", ValueType.PATH_OR_NONE, Rule.NO_PATH_OR_ABSOLUTE, Optional.empty());
    private static final Key<Optional<Path>> PRINCIPALS =
            Key.of("access.principals", ValueType.PATH_OR_NONE, Rule.NO_PATH_OR_ABSOLUTE, Optional.empty());
    private static final Key<Optional<Path>> REVOKED_KEYS =
            Key.of("access.revoked-keys", ValueType.PATH_OR_NONE, Rule.NO_PATH_OR_ABSOLUTE, Optional.empty());
    private static final Key<Integer> MIN_RSA_BITS =
            Key.of("access.min-rsa-bits", ValueType.NUMBER, Rule.RSA_BITS, GatewayConfig.Access.MIN_RSA_BITS);
    private static final Key<Duration> RECHECK =
            Key.of("access.recheck", ValueType.DURATION, Rule.POSITIVE_DURATION, Duration.ofSeconds(30));

    private static final Key<String> VISIBILITY = Key.of("access.visibility", ValueType.TEXT, Rule.VISIBILITY, "all");

    private static final Key<Duration> LOGIN_GRACE =
            Key.of("ssh.login-grace", ValueType.DURATION, Rule.POSITIVE_DURATION, Duration.ofSeconds(30));
    private static final Key<Integer> MAX_AUTH_TRIES = Key.of("ssh.max-auth-tries", ValueType.NUMBER, Rule.COUNT, 10);
    private static final Key<Duration> KEEPALIVE_INTERVAL =
            Key.of("ssh.keepalive-interval", ValueType.DURATION, Rule.POSITIVE_DURATION, Duration.ofSeconds(15));
    private static final Key<Integer> KEEPALIVE_COUNT = Key.of("ssh.keepalive-count", ValueType.NUMBER, Rule.COUNT, 3);
    private static final Key<Integer> MAX_CONNECTIONS =
            Key.of("ssh.max-connections", ValueType.NUMBER, Rule.COUNT, 256);
    private static final Key<Integer> MAX_CONNECTIONS_PER_KEY =
            Key.of("ssh.max-connections-per-key", ValueType.NUMBER, Rule.COUNT, 64);
    private static final Key<Integer> MAX_CHANNELS = Key.of("ssh.max-channels", ValueType.NUMBER, Rule.COUNT, 128);
    private static final Key<Long> QUEUED_OUTPUT =
            Key.of("ssh.queued-output", ValueType.SIZE, Rule.QUEUE, 4L * 1024 * 1024);
    private static final Key<Duration> HANGUP_GRACE =
            Key.of("ssh.hangup-grace", ValueType.DURATION, Rule.DURATION, Duration.ofSeconds(4));
    private static final Key<Duration> DRAIN_TIMEOUT =
            Key.of("ssh.drain-timeout", ValueType.DURATION, Rule.DURATION, GatewayConfig.Ssh.DRAIN_TIMEOUT);

    private static final Key<String> MAX_STARTUPS =
            Key.of("strangers.max-startups", ValueType.NUMBERS, Rule.MAX_STARTUPS, "64:30:256");
    private static final Key<Integer> PER_SOURCE_MAX_STARTUPS =
            Key.of("strangers.per-source-max-startups", ValueType.NUMBER, Rule.COUNT, 32);
    private static final Key<Integer> PER_NETWORK_MAX_STARTUPS =
            Key.of("strangers.per-network-max-startups", ValueType.NUMBER, Rule.COUNT, 48);
    private static final Key<String> PER_SOURCE_NET_BLOCK_SIZE =
            Key.of("strangers.per-source-net-block-size", ValueType.NUMBERS, Rule.NET_BLOCK_SIZE, "32:64");
    private static final Key<String> PER_SOURCE_PENALTIES = Key.of(
            "strangers.per-source-penalties",
            ValueType.TEXT,
            Rule.PENALTIES,
            "crash:90s protocol-error:10s authfail:5s noauth:1s grace-exceeded:10s min:15s max:10m");
    private static final ListKey<String> PENALTY_EXEMPT = new ListKey<>(
            "strangers.penalty-exempt", ValueType.TEXT, Rule.ADDRESS_BLOCK, List.of("127.0.0.0/8", "::1"));

    private static final ListKey<String> KEY_EXCHANGE =
            new ListKey<>("algorithms.key-exchange", ValueType.TEXT, Rule.KEY_EXCHANGE);
    private static final ListKey<String> HOST_KEY = new ListKey<>("algorithms.host-key", ValueType.TEXT, Rule.HOST_KEY);
    private static final ListKey<String> CIPHERS = new ListKey<>("algorithms.ciphers", ValueType.TEXT, Rule.CIPHER);
    private static final ListKey<String> MACS = new ListKey<>("algorithms.macs", ValueType.TEXT, Rule.MAC);

    private static final Key<Integer> MAX_PER_CONNECTION =
            Key.of("forwarding.max-per-connection", ValueType.NUMBER, Rule.COUNT, 256);
    private static final Key<Integer> MAX_PER_SHED =
            Key.of("forwarding.max-per-shed", ValueType.NUMBER, Rule.COUNT, 1024);

    private static final Key<String> LISTEN = Key.of("forwarding.listen", ValueType.TEXT, Rule.LISTEN, "loopback");
    private static final Key<String> EXISTING_SOCKETS =
            Key.of("forwarding.existing-sockets", ValueType.TEXT, Rule.EXISTING_SOCKETS, "keep");
    private static final Key<String> HOST_ADDRESSES =
            Key.of("forwarding.host-addresses", ValueType.TEXT, Rule.HOST_ADDRESSES, "refuse");

    private static final Key<String> ENGINE_KIND =
            Key.of("engine.kind", ValueType.TEXT, Rule.ENGINE_KIND, GatewayConfig.Engine.DOCKER);
    private static final Key<URI> ENGINE_HOST =
            Key.of("engine.host", ValueType.ADDRESS, Rule.UNIX_SOCKET, URI.create("unix:///var/run/docker.sock"));
    private static final Key<Duration> ENGINE_TIMEOUT =
            Key.of("engine.timeout", ValueType.DURATION, Rule.POSITIVE_DURATION, Duration.ofSeconds(30));

    private static final Key<String> SHED_IMAGE = Key.of("shed.image", ValueType.TEXT, Rule.IMAGE, "shed-base:latest");
    private static final Key<String> SHED_USER = Key.of("shed.user", ValueType.TEXT, Rule.USER, "dev");
    private static final Key<String> SHED_WORKSPACE =
            Key.of("shed.workspace", ValueType.TEXT, Rule.CONTAINER_PATH, "/workspace");
    private static final Key<Duration> SHED_STOP_GRACE =
            Key.of("shed.stop-grace", ValueType.DURATION, Rule.DURATION, Duration.ofSeconds(10));

    private static final Key<String> SHED_NETWORK = Key.of("shed.network", ValueType.TEXT, Rule.NETWORK, "sheds");
    private static final Key<Integer> SHED_PIDS_LIMIT =
            Key.of("shed.pids-limit", ValueType.NUMBER, Rule.PIDS_LIMIT, 4096);
    private static final Key<Long> SHED_MEMORY = Key.of("shed.memory", ValueType.SIZE, Rule.MEMORY, 0L);
    private static final Key<Long> SHED_DISK = Key.of("shed.disk", ValueType.SIZE, Rule.MEMORY, 0L);

    private static final Key<String> CREATE_FORGE =
            Key.of("create.forge", ValueType.TEXT, Rule.FORGE, "git@github.com:");
    private static final Key<String> CREATE_HOST_KEYS =
            Key.of("create.host-keys", ValueType.TEXT, Rule.HOST_KEYS, "accept-new");
    private static final ListKey<String> CREATE_MOUNTS = new ListKey<>("create.mounts", ValueType.TEXT, Rule.MOUNT);
    private static final Key<Optional<Path>> CREATE_ENV_FILE =
            Key.of("create.env-file", ValueType.PATH_OR_NONE, Rule.NO_PATH_OR_ABSOLUTE, Optional.empty());

    private static final Key<String> AGENTS_RELAY =
            Key.of("agents.relay", ValueType.TEXT, Rule.RELAY, Agents.DEFAULTS.relay());
    private static final Key<String> AGENTS_RESUME =
            Key.of("agents.resume", ValueType.TEXT, Rule.RESUME, Agents.DEFAULTS.resume());
    private static final Key<String> AGENTS_STATUS_LINE =
            Key.of("agents.status-line", ValueType.TEXT, Rule.STATUS_LINE, Agents.DEFAULTS.statusLine());

    private static final Key<String> AUDIT_WHEN_FULL =
            Key.of("audit.when-full", ValueType.TEXT, Rule.WHEN_FULL, "continue");

    private static final ListKey<String> RECORDING_SHEDS =
            new ListKey<>("recording.sheds", ValueType.TEXT, Rule.SHED_GLOB);
    private static final Key<Optional<Path>> RECORDING_DIRECTORY =
            Key.of("recording.directory", ValueType.PATH_OR_NONE, Rule.NO_PATH_OR_ABSOLUTE, Optional.empty());
    private static final Key<Long> RECORDING_MAX_SIZE =
            Key.of("recording.max-size", ValueType.SIZE, Rule.QUEUE, 128L << 20);
    private static final Key<Long> RECORDING_MAX_TOTAL =
            Key.of("recording.max-total", ValueType.SIZE, Rule.QUEUE, 10L << 30);
    private static final Key<Duration> RECORDING_KEEP =
            Key.of("recording.keep", ValueType.DURATION, Rule.POSITIVE_DURATION, Duration.ofDays(30));
    private static final Key<String> RECORDING_ON_FAILURE =
            Key.of("recording.on-failure", ValueType.TEXT, Rule.ON_FAILURE, "continue");

    private static final ListKey<String> NOTIFY_COMMAND = new ListKey<>("notify.command", ValueType.TEXT, Rule.WORD);
    private static final Key<Optional<URI>> NOTIFY_WEBHOOK =
            Key.of("notify.webhook", ValueType.ADDRESS_OR_NONE, Rule.WEBHOOK, Notifications.NONE.webhook());
    private static final Key<Optional<Path>> NOTIFY_TOKEN_FILE = Key.of(
            "notify.token-file", ValueType.PATH_OR_NONE, Rule.NO_PATH_OR_ABSOLUTE, Notifications.NONE.tokenFile());
    private static final Key<Optional<String>> NOTIFY_CLICK_HOST =
            Key.of("notify.click-host", ValueType.TEXT_OR_NONE, Rule.CLICK_HOST, Notifications.NONE.clickHost());
    private static final ListKey<String> NOTIFY_OF_SHEDS =
            new ListKey<>("notify.of-sheds", ValueType.TEXT, Rule.SHED_GLOB, Notifications.NONE.ofSheds());
    private static final ListKey<String> NOTIFY_STATUSES =
            new ListKey<>("notify.statuses", ValueType.TEXT, Rule.STATUS, Notifications.NONE.statuses());
    private static final Key<Duration> NOTIFY_DWELL =
            Key.of("notify.dwell", ValueType.DURATION, Rule.DURATION, Notifications.NONE.dwell());
    private static final Key<Duration> NOTIFY_COOLDOWN =
            Key.of("notify.cooldown", ValueType.DURATION, Rule.DURATION, Notifications.NONE.cooldown());
    private static final Key<Duration> NOTIFY_QUIET =
            Key.of("notify.quiet", ValueType.DURATION, Rule.DURATION, Notifications.NONE.quiet());
    private static final Key<String> NOTIFY_ATTACHED =
            Key.of("notify.attached", ValueType.TEXT, Rule.ATTACHED, Notifications.NONE.attached());

    private static final Key<Optional<String>> METRICS_LISTEN =
            Key.of("metrics.listen", ValueType.TEXT_OR_NONE, Rule.LOOPBACK_PORT, Metrics.NONE.listen());

    /// The paths of the keys whose values are lists.
    static final List<String> LISTS = Stream.concat(
                    Stream.of(
                                    PROXY_PROTOCOL,
                                    PENALTY_EXEMPT,
                                    KEY_EXCHANGE,
                                    HOST_KEY,
                                    CIPHERS,
                                    MACS,
                                    CREATE_MOUNTS,
                                    RECORDING_SHEDS,
                                    NOTIFY_COMMAND,
                                    NOTIFY_OF_SHEDS,
                                    NOTIFY_STATUSES)
                            .map(ListKey::path),
                    KubernetesKeys.LISTS.stream())
            .toList();

    /// The paths of all keys in the order of the file, with lists last.
    static final List<String> PATHS = Stream.concat(
                    Stream.of(
                                    LISTEN_ADDRESS,
                                    LISTEN_PORT,
                                    PUBLIC_ADDRESS,
                                    STATE,
                                    AUTHORIZED_KEYS,
                                    TRUSTED_USER_CA_KEYS,
                                    PRINCIPALS,
                                    REVOKED_KEYS,
                                    MIN_RSA_BITS,
                                    RECHECK,
                                    VISIBILITY,
                                    LOGIN_GRACE,
                                    MAX_AUTH_TRIES,
                                    KEEPALIVE_INTERVAL,
                                    KEEPALIVE_COUNT,
                                    MAX_CONNECTIONS,
                                    MAX_CONNECTIONS_PER_KEY,
                                    MAX_CHANNELS,
                                    QUEUED_OUTPUT,
                                    HANGUP_GRACE,
                                    DRAIN_TIMEOUT,
                                    MAX_STARTUPS,
                                    PER_SOURCE_MAX_STARTUPS,
                                    PER_NETWORK_MAX_STARTUPS,
                                    PER_SOURCE_NET_BLOCK_SIZE,
                                    PER_SOURCE_PENALTIES,
                                    MAX_PER_CONNECTION,
                                    MAX_PER_SHED,
                                    LISTEN,
                                    EXISTING_SOCKETS,
                                    HOST_ADDRESSES,
                                    ENGINE_KIND,
                                    ENGINE_HOST,
                                    ENGINE_TIMEOUT,
                                    SHED_IMAGE,
                                    SHED_USER,
                                    SHED_WORKSPACE,
                                    SHED_STOP_GRACE,
                                    SHED_NETWORK,
                                    SHED_PIDS_LIMIT,
                                    SHED_MEMORY,
                                    SHED_DISK,
                                    CREATE_FORGE,
                                    CREATE_HOST_KEYS,
                                    CREATE_ENV_FILE,
                                    AGENTS_RELAY,
                                    AGENTS_RESUME,
                                    AGENTS_STATUS_LINE,
                                    AUDIT_WHEN_FULL,
                                    RECORDING_DIRECTORY,
                                    RECORDING_MAX_SIZE,
                                    RECORDING_MAX_TOTAL,
                                    RECORDING_KEEP,
                                    RECORDING_ON_FAILURE,
                                    NOTIFY_WEBHOOK,
                                    NOTIFY_TOKEN_FILE,
                                    NOTIFY_CLICK_HOST,
                                    NOTIFY_DWELL,
                                    NOTIFY_COOLDOWN,
                                    NOTIFY_QUIET,
                                    NOTIFY_ATTACHED,
                                    METRICS_LISTEN)
                            .map(Key::path),
                    Stream.concat(KubernetesKeys.PATHS.stream(), LISTS.stream()))
            .toList();

    private Keys() {}

    /// Reads the configuration from `document`, with the defaults for `paths`.
    static GatewayConfig read(YamlDocument document, DefaultPaths paths) {
        var config = values(document, paths);
        KubernetesKeys.requireFitting(config);
        return config;
    }

    private static GatewayConfig values(YamlDocument document, DefaultPaths paths) {
        return new GatewayConfig(
                listen(document, paths),
                document.get(STATE, paths),
                access(document, paths),
                ssh(document, paths),
                strangers(document, paths),
                algorithms(document),
                forwarding(document, paths),
                engine(document, paths),
                shed(document, paths),
                create(document, paths),
                new Agents(
                        document.get(AGENTS_RELAY, paths),
                        document.get(AGENTS_RESUME, paths),
                        document.get(AGENTS_STATUS_LINE, paths)),
                new Audit(document.get(AUDIT_WHEN_FULL, paths)),
                recording(document, paths),
                notifications(document, paths),
                new Metrics(document.get(METRICS_LISTEN, paths)));
    }

    private static GatewayConfig.Engine engine(YamlDocument document, DefaultPaths paths) {
        return new GatewayConfig.Engine(
                document.get(ENGINE_KIND, paths),
                document.get(ENGINE_HOST, paths),
                document.get(ENGINE_TIMEOUT, paths),
                KubernetesKeys.read(document, paths));
    }

    private static GatewayConfig.Listen listen(YamlDocument document, DefaultPaths paths) {
        return new GatewayConfig.Listen(
                document.get(LISTEN_ADDRESS, paths),
                document.get(LISTEN_PORT, paths),
                document.get(PUBLIC_ADDRESS, paths),
                document.getAll(PROXY_PROTOCOL));
    }

    private static GatewayConfig.Access access(YamlDocument document, DefaultPaths paths) {
        return new GatewayConfig.Access(
                document.get(AUTHORIZED_KEYS, paths),
                document.get(TRUSTED_USER_CA_KEYS, paths),
                document.get(PRINCIPALS, paths),
                document.get(REVOKED_KEYS, paths),
                document.get(MIN_RSA_BITS, paths),
                document.get(RECHECK, paths),
                document.get(VISIBILITY, paths));
    }

    private static GatewayConfig.Ssh ssh(YamlDocument document, DefaultPaths paths) {
        return new GatewayConfig.Ssh(
                document.get(LOGIN_GRACE, paths),
                document.get(MAX_AUTH_TRIES, paths),
                document.get(KEEPALIVE_INTERVAL, paths),
                document.get(KEEPALIVE_COUNT, paths),
                document.get(MAX_CONNECTIONS, paths),
                document.get(MAX_CONNECTIONS_PER_KEY, paths),
                document.get(MAX_CHANNELS, paths),
                document.get(QUEUED_OUTPUT, paths),
                document.get(HANGUP_GRACE, paths),
                document.get(DRAIN_TIMEOUT, paths));
    }

    private static GatewayConfig.Strangers strangers(YamlDocument document, DefaultPaths paths) {
        return new GatewayConfig.Strangers(
                document.get(MAX_STARTUPS, paths),
                document.get(PER_SOURCE_MAX_STARTUPS, paths),
                document.get(PER_NETWORK_MAX_STARTUPS, paths),
                document.get(PER_SOURCE_NET_BLOCK_SIZE, paths),
                document.get(PER_SOURCE_PENALTIES, paths),
                document.getAll(PENALTY_EXEMPT));
    }

    private static GatewayConfig.Algorithms algorithms(YamlDocument document) {
        return new GatewayConfig.Algorithms(
                document.getAll(KEY_EXCHANGE),
                document.getAll(HOST_KEY),
                document.getAll(CIPHERS),
                document.getAll(MACS));
    }

    private static GatewayConfig.Forwarding forwarding(YamlDocument document, DefaultPaths paths) {
        return new GatewayConfig.Forwarding(
                document.get(MAX_PER_CONNECTION, paths),
                document.get(MAX_PER_SHED, paths),
                document.get(LISTEN, paths),
                document.get(EXISTING_SOCKETS, paths),
                document.get(HOST_ADDRESSES, paths));
    }

    private static GatewayConfig.ShedDefaults shed(YamlDocument document, DefaultPaths paths) {
        return new GatewayConfig.ShedDefaults(
                document.get(SHED_IMAGE, paths),
                document.get(SHED_USER, paths),
                document.get(SHED_WORKSPACE, paths),
                document.get(SHED_STOP_GRACE, paths),
                document.get(SHED_NETWORK, paths),
                document.get(SHED_PIDS_LIMIT, paths),
                document.get(SHED_MEMORY, paths),
                document.get(SHED_DISK, paths));
    }

    private static GatewayConfig.Create create(YamlDocument document, DefaultPaths paths) {
        return new GatewayConfig.Create(
                document.get(CREATE_FORGE, paths),
                document.get(CREATE_HOST_KEYS, paths),
                document.getAll(CREATE_MOUNTS),
                document.get(CREATE_ENV_FILE, paths));
    }

    private static GatewayConfig.Recording recording(YamlDocument document, DefaultPaths paths) {
        return new GatewayConfig.Recording(
                document.getAll(RECORDING_SHEDS),
                document.get(RECORDING_DIRECTORY, paths),
                document.get(RECORDING_MAX_SIZE, paths),
                document.get(RECORDING_MAX_TOTAL, paths),
                document.get(RECORDING_KEEP, paths),
                document.get(RECORDING_ON_FAILURE, paths));
    }

    private static Notifications notifications(YamlDocument document, DefaultPaths paths) {
        return new Notifications(
                document.getAll(NOTIFY_COMMAND),
                document.get(NOTIFY_WEBHOOK, paths),
                document.get(NOTIFY_TOKEN_FILE, paths),
                document.get(NOTIFY_CLICK_HOST, paths),
                document.getAll(NOTIFY_OF_SHEDS),
                document.getAll(NOTIFY_STATUSES),
                document.get(NOTIFY_DWELL, paths),
                document.get(NOTIFY_COOLDOWN, paths),
                document.get(NOTIFY_QUIET, paths),
                document.get(NOTIFY_ATTACHED, paths));
    }
}
