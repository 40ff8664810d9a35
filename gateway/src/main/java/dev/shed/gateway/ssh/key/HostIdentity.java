package dev.shed.gateway.ssh.key;

import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.status.GatewayStatus;
import java.security.KeyPair;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateway's host keys and their certificates.
public final class HostIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(HostIdentity.class);

    private final List<KeyPair> keys;
    private final List<HostCertificate> certificates;

    private HostIdentity(List<KeyPair> keys, List<HostCertificate> certificates) {
        this.keys = keys;
        this.certificates = certificates;
    }

    /// Reads the keys for the algorithms that are offered, and creates missing ones. Fails with `CONFIG` if
    /// one cannot be used.
    public static HostIdentity load(GatewayConfig config, Clock clock) {
        var keys = new Algorithms(config.algorithms()).hostKeys(HostKey.loadOrCreate(config.state()));
        return new HostIdentity(keys, HostKey.certificates(config.state(), keys, clock));
    }

    /// Reads the keys and certificates that exist, and creates none. Fails with `CONFIG` if one cannot be used.
    ///
    /// @return the fingerprints of the keys
    public static List<String> examine(GatewayConfig config, Clock clock) {
        var keys = new Algorithms(config.algorithms()).hostKeys(HostKey.loadExisting(config.state()));
        HostKey.certificates(config.state(), keys, clock);
        return keys.stream().map(HostIdentity::fingerprint).toList();
    }

    public List<KeyPair> keys() {
        return keys;
    }

    public List<HostCertificate> certificates() {
        return certificates;
    }

    /// The keys' fingerprints, with the expiry of their certificates.
    public List<GatewayStatus.HostKey> shown() {
        return keys.stream()
                .map(key ->
                        new GatewayStatus.HostKey(KeyUtils.getKeyType(key), fingerprint(key), end(key).orElse(null)))
                .toList();
    }

    private Optional<String> end(KeyPair key) {
        return certificates.stream()
                .filter(certificate -> certificate.isFor(key))
                .findFirst()
                .flatMap(HostCertificate::end)
                .map(end -> end.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static String fingerprint(KeyPair key) {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, key.getPublic());
    }

    /// Logs the fingerprints, so that users can compare them when they first connect.
    public void log() {
        for (var key : keys) {
            LOG.atInfo()
                    .addKeyValue("type", KeyUtils.getKeyType(key))
                    .addKeyValue("fingerprint", fingerprint(key))
                    .log("host key");
        }
    }
}
