package dev.shed.gateway.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The configuration of the gateway as values. [Keys] has the names, defaults and rules of the keys. A record
/// that is created otherwise is checked by the same rules.
///
/// @param state the directory for host keys, audit log and run directories
public record GatewayConfig(
        Listen listen,
        Path state,
        Access access,
        Ssh ssh,
        Strangers strangers,
        Algorithms algorithms,
        Forwarding forwarding,
        Engine engine,
        ShedDefaults shed,
        Create create,
        Agents agents,
        Audit audit,
        Recording recording,
        Notifications notifications,
        Metrics metrics) {
    public GatewayConfig {
        Rule.ABSOLUTE_PATH.require("state", state);
    }

    /// One that notifies nobody and has no metrics.
    public GatewayConfig(
            Listen listen,
            Path state,
            Access access,
            Ssh ssh,
            Strangers strangers,
            Algorithms algorithms,
            Forwarding forwarding,
            Engine engine,
            ShedDefaults shed,
            Create create,
            Agents agents,
            Audit audit,
            Recording recording) {
        this(
                listen,
                state,
                access,
                ssh,
                strangers,
                algorithms,
                forwarding,
                engine,
                shed,
                create,
                agents,
                audit,
                recording,
                Notifications.NONE,
                Metrics.NONE);
    }

    /// The keys whose values differ in `other`, in the order of the file.
    public List<String> differencesTo(GatewayConfig other) {
        return Differences.between(this, other);
    }

    /// This configuration with those values of `next` that can change while the gateway runs. All others take
    /// effect after a restart.
    public GatewayConfig withChangesOf(GatewayConfig next) {
        return new GatewayConfig(
                listen,
                state,
                next.access,
                ssh.withChangesOf(next.ssh),
                next.strangers,
                algorithms,
                forwarding,
                engine,
                shed.withChangesOf(next.shed),
                next.create,
                agents,
                audit,
                recording,
                notifications,
                metrics);
    }

    /// The directory of recordings.
    public Path recordings() {
        return recording.directory().orElseGet(() -> state.resolve("recordings"));
    }

    /// Where the gateway listens.
    ///
    /// @param address an IP literal or a host name
    /// @param port 0 means any free port
    /// @param publicAddress where people reach it: `HOST` or `HOST:PORT`
    /// @param proxyProtocol addresses and networks of proxies that send a PROXY header with the client's
    /// address
    public record Listen(String address, int port, Optional<String> publicAddress, List<String> proxyProtocol) {
        public Listen {
            Rule.ADDRESS.require("listen.address", address);
            Rule.PORT.require("listen.port", port);
            Rule.PUBLIC_ADDRESS.require("listen.public-address", publicAddress);
            proxyProtocol.forEach(block -> Rule.ADDRESS_BLOCK.require("listen.proxy-protocol", block));
            proxyProtocol = List.copyOf(proxyProtocol);
        }

        /// Without an address for others.
        public Listen(String address, int port, List<String> proxyProtocol) {
            this(address, port, Optional.empty(), proxyProtocol);
        }

        /// Listens without proxies.
        public Listen(String address, int port) {
            this(address, port, List.of());
        }
    }

    /// Who may log in.
    ///
    /// @param authorizedKeys the file of public keys, in OpenSSH's format
    /// @param trustedUserCaKeys the file of certificate authorities that are trusted for all users
    /// @param principals the file of the rights of certificate principals
    /// @param revokedKeys the file of revoked keys and certificates
    /// @param minRsaBits the least size of RSA keys
    /// @param recheck the interval at which the keys of open connections are checked again
    /// @param visibility which sheds users see who are not administrators: `all` or `owner`
    public record Access(
            Path authorizedKeys,
            Optional<Path> trustedUserCaKeys,
            Optional<Path> principals,
            Optional<Path> revokedKeys,
            int minRsaBits,
            Duration recheck,
            String visibility) {
        public static final int MIN_RSA_BITS = 3072;

        /// Access in which all users see all sheds.
        public Access(
                Path authorizedKeys,
                Optional<Path> trustedUserCaKeys,
                Optional<Path> principals,
                Optional<Path> revokedKeys,
                int minRsaBits,
                Duration recheck) {
            this(authorizedKeys, trustedUserCaKeys, principals, revokedKeys, minRsaBits, recheck, "all");
        }

        /// Access with plain keys only, in which all users see all sheds.
        public Access(Path authorizedKeys, Duration recheck) {
            this(authorizedKeys, Optional.empty(), Optional.empty(), Optional.empty(), MIN_RSA_BITS, recheck);
        }

        public Access {
            Rule.NO_PATH_OR_ABSOLUTE.require("access.trusted-user-ca-keys", trustedUserCaKeys);
            Rule.NO_PATH_OR_ABSOLUTE.require("access.principals", principals);
            Rule.NO_PATH_OR_ABSOLUTE.require("access.revoked-keys", revokedKeys);
            Rule.RSA_BITS.require("access.min-rsa-bits", minRsaBits);
            Rule.VISIBILITY.require("access.visibility", visibility);
            Rule.POSITIVE_DURATION.require("access.recheck", recheck);
            Rule.ABSOLUTE_PATH.require("access.authorized-keys", authorizedKeys);
        }

        public boolean showsOwnOnly() {
            return visibility.equals("owner");
        }
    }

    /// The limits of SSH connections.
    ///
    /// @param loginGrace how long a connection may take to log in
    /// @param maxAuthTries how many keys one connection may try
    /// @param keepaliveInterval how long a peer may be silent before it is sent a keepalive request
    /// @param keepaliveCount after how many unanswered requests the connection is closed
    /// @param maxConnections connections that have logged in, without those of administrators
    /// @param maxConnectionsPerKey connections that have logged in with the same key
    /// @param maxChannels open channels of one connection
    /// @param queuedOutput bytes of output that one connection may queue for a peer that does not read
    /// @param hangupGrace how long a process has after its client disconnected before it is killed; zero
    /// kills at once
    /// @param drainTimeout how long a gateway that stops waits for requests under way; zero does not wait
    public record Ssh(
            Duration loginGrace,
            int maxAuthTries,
            Duration keepaliveInterval,
            int keepaliveCount,
            int maxConnections,
            int maxConnectionsPerKey,
            int maxChannels,
            long queuedOutput,
            Duration hangupGrace,
            Duration drainTimeout) {
        public static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);

        public Ssh {
            Rule.POSITIVE_DURATION.require("ssh.login-grace", loginGrace);
            Rule.COUNT.require("ssh.max-auth-tries", maxAuthTries);
            Rule.POSITIVE_DURATION.require("ssh.keepalive-interval", keepaliveInterval);
            Rule.COUNT.require("ssh.keepalive-count", keepaliveCount);
            Rule.COUNT.require("ssh.max-connections", maxConnections);
            Rule.COUNT.require("ssh.max-connections-per-key", maxConnectionsPerKey);
            Rule.COUNT.require("ssh.max-channels", maxChannels);
            Rule.QUEUE.require("ssh.queued-output", queuedOutput);
            Rule.DURATION.require("ssh.hangup-grace", hangupGrace);
            Rule.DURATION.require("ssh.drain-timeout", drainTimeout);
        }

        private Ssh withChangesOf(Ssh next) {
            return new Ssh(
                    next.loginGrace,
                    next.maxAuthTries,
                    next.keepaliveInterval,
                    next.keepaliveCount,
                    next.maxConnections,
                    next.maxConnectionsPerKey,
                    maxChannels,
                    queuedOutput,
                    hangupGrace,
                    next.drainTimeout);
        }
    }

    /// The limits on connections that have not logged in.
    ///
    /// @param maxStartups `start:rate:full`, as sshd's MaxStartups
    /// @param perSourceMaxStartups limit for one source
    /// @param perNetworkMaxStartups limit for one network
    /// @param perSourceNetBlockSize how many bits of an address identify a source, `ipv4:ipv6`
    /// @param perSourcePenalties how long a source is refused after a failure, as sshd's PerSourcePenalties
    /// @param penaltyExempt addresses and networks without penalties
    public record Strangers(
            String maxStartups,
            int perSourceMaxStartups,
            int perNetworkMaxStartups,
            String perSourceNetBlockSize,
            String perSourcePenalties,
            List<String> penaltyExempt) {
        public Strangers {
            Rule.MAX_STARTUPS.require("strangers.max-startups", maxStartups);
            Rule.COUNT.require("strangers.per-source-max-startups", perSourceMaxStartups);
            Rule.COUNT.require("strangers.per-network-max-startups", perNetworkMaxStartups);
            Rule.NET_BLOCK_SIZE.require("strangers.per-source-net-block-size", perSourceNetBlockSize);
            Rule.PENALTIES.require("strangers.per-source-penalties", perSourcePenalties);
            penaltyExempt.forEach(block -> Rule.ADDRESS_BLOCK.require("strangers.penalty-exempt", block));
            penaltyExempt = List.copyOf(penaltyExempt);
        }
    }

    /// The enabled algorithms, by the names of RFC 4253. An empty list enables all that the gateway has.
    ///
    /// @param hostKey signature algorithms of host keys; those of users' keys are not affected
    public record Algorithms(List<String> keyExchange, List<String> hostKey, List<String> ciphers, List<String> macs) {
        public static final Algorithms ALL = new Algorithms(List.of(), List.of(), List.of(), List.of());

        public Algorithms {
            keyExchange.forEach(name -> Rule.KEY_EXCHANGE.require("algorithms.key-exchange", name));
            hostKey.forEach(name -> Rule.HOST_KEY.require("algorithms.host-key", name));
            ciphers.forEach(name -> Rule.CIPHER.require("algorithms.ciphers", name));
            macs.forEach(name -> Rule.MAC.require("algorithms.macs", name));
            keyExchange = List.copyOf(keyExchange);
            hostKey = List.copyOf(hostKey);
            ciphers = List.copyOf(ciphers);
            macs = List.copyOf(macs);
        }
    }

    /// The limits on forwarding.
    ///
    /// @param maxPerConnection open forwards and listeners of one connection
    /// @param maxPerShed open forwards and listeners of all connections to one shed
    /// @param listen the addresses on which remote forwards listen: `loopback` or `as-asked`
    /// @param existingSockets how to treat an existing unix socket at the requested path: `keep` or `replace`
    /// @param hostAddresses how to treat a forward to the host or its cloud's metadata service: `refuse` or
    /// `allow`
    public record Forwarding(
            int maxPerConnection, int maxPerShed, String listen, String existingSockets, String hostAddresses) {
        public Forwarding {
            Rule.COUNT.require("forwarding.max-per-connection", maxPerConnection);
            Rule.COUNT.require("forwarding.max-per-shed", maxPerShed);
            Rule.LISTEN.require("forwarding.listen", listen);
            Rule.EXISTING_SOCKETS.require("forwarding.existing-sockets", existingSockets);
            Rule.HOST_ADDRESSES.require("forwarding.host-addresses", hostAddresses);
        }

        public boolean refusesHostAddresses() {
            return hostAddresses.equals("refuse");
        }
    }

    /// The container engine.
    ///
    /// @param kind `docker` or `kubernetes`
    /// @param host `unix://` and the absolute path of the engine's socket; not used with `kubernetes`
    /// @param timeout limit on one answer of the engine
    /// @param kubernetes the cluster; not used with `docker`
    public record Engine(String kind, URI host, Duration timeout, Kubernetes kubernetes) {
        static final String DOCKER = "docker";

        /// A Docker Engine.
        public Engine(URI host, Duration timeout) {
            this(DOCKER, host, timeout, Kubernetes.DEFAULTS);
        }

        public Engine {
            Rule.ENGINE_KIND.require("engine.kind", kind);
            Rule.UNIX_SOCKET.require("engine.host", host);
            Rule.POSITIVE_DURATION.require("engine.timeout", timeout);
        }

        public boolean isKubernetes() {
            return !kind.equals(DOCKER);
        }
    }

    /// The recordings of sessions.
    ///
    /// @param sheds globs of the sheds whose sessions are recorded
    /// @param directory the directory of the files; empty for `recordings` in the state directory
    /// @param maxSize limit on one file, in bytes
    /// @param maxTotal limit on all files, in bytes
    /// @param keep how long a file is kept
    /// @param onFailure how to treat a login whose session cannot be recorded: `continue` or `refuse`
    public record Recording(
            List<String> sheds,
            Optional<Path> directory,
            long maxSize,
            long maxTotal,
            Duration keep,
            String onFailure) {
        public static final Recording NONE =
                new Recording(List.of(), Optional.empty(), 128L << 20, 10L << 30, Duration.ofDays(30), "continue");

        public Recording {
            sheds.forEach(glob -> Rule.SHED_GLOB.require("recording.sheds", glob));
            directory.ifPresent(path -> Rule.ABSOLUTE_PATH.require("recording.directory", path));
            Rule.QUEUE.require("recording.max-size", maxSize);
            Rule.QUEUE.require("recording.max-total", maxTotal);
            Rule.POSITIVE_DURATION.require("recording.keep", keep);
            Rule.ON_FAILURE.require("recording.on-failure", onFailure);
            sheds = List.copyOf(sheds);
        }
    }

    /// The defaults of a shed, unless its image, labels or the options of `create` differ.
    ///
    /// @param image the image of a new shed
    /// @param user the name of the user in the container
    /// @param workspace the mount point of the volume, a path in the container
    /// @param stopGrace how long a shed may take to stop before it is killed; zero kills at once
    /// @param network the network of new sheds
    /// @param pidsLimit processes and threads of a new shed; 0 means no limit
    /// @param memory the default memory limit of a new shed, in bytes; 0 means no limit
    /// @param disk limit on the container's own files, in bytes; 0 means no limit
    public record ShedDefaults(
            String image,
            String user,
            String workspace,
            Duration stopGrace,
            String network,
            int pidsLimit,
            long memory,
            long disk) {
        public ShedDefaults {
            Rule.IMAGE.require("shed.image", image);
            Rule.USER.require("shed.user", user);
            Rule.CONTAINER_PATH.require("shed.workspace", workspace);
            Rule.DURATION.require("shed.stop-grace", stopGrace);
            Rule.NETWORK.require("shed.network", network);
            Rule.PIDS_LIMIT.require("shed.pids-limit", pidsLimit);
            Rule.MEMORY.require("shed.memory", memory);
            Rule.MEMORY.require("shed.disk", disk);
        }

        private ShedDefaults withChangesOf(ShedDefaults next) {
            return new ShedDefaults(
                    next.image, user, workspace, next.stopGrace, next.network, next.pidsLimit, next.memory, next.disk);
        }
    }

    /// The settings of `create`.
    ///
    /// @param forge the prefix for `owner/repo`
    /// @param hostKeys how ssh treats an unknown host during a clone: `accept-new` or `strict`
    /// @param mounts paths of the host to mount, as `SOURCE:TARGET` (read-only) or `SOURCE:TARGET:rw`
    /// @param envFile a file of variables for new sheds
    public record Create(String forge, String hostKeys, List<String> mounts, Optional<Path> envFile) {
        public Create {
            Rule.FORGE.require("create.forge", forge);
            Rule.HOST_KEYS.require("create.host-keys", hostKeys);
            mounts.forEach(mount -> Rule.MOUNT.require("create.mounts", mount));
            envFile.ifPresent(file -> Rule.ABSOLUTE_PATH.require("create.env-file", file));
            mounts = List.copyOf(mounts);
        }
    }
}
