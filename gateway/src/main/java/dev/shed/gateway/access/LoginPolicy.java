package dev.shed.gateway.access;

import dev.shed.gateway.access.AuthDecision.Accepted;
import dev.shed.gateway.access.AuthDecision.Refused;
import dev.shed.gateway.access.AuthDecision.Unknown;
import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.KeyFile;
import dev.shed.gateway.access.key.MalformedException;
import dev.shed.gateway.access.key.PublicKeyBlob;
import dev.shed.gateway.access.key.RevokedKeys;
import dev.shed.gateway.access.key.WireReader;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides which keys and certificates may log in: keys in authorized_keys and certificates of a trusted
/// authority, unless they are revoked or too weak.
public final class LoginPolicy {
    private static final Logger LOG = LoggerFactory.getLogger(LoginPolicy.class);

    private final Clock clock;
    private volatile Rules rules;

    /// The files and limits that decide about logins.
    ///
    /// @param trustedUserCaKeys the authorities whose certificates are accepted according to `principals`
    /// @param principals the permissions for the principals of certificates
    /// @param revokedKeys keys and certificates that are not accepted any more
    /// @param minRsaBits the smallest size of RSA keys
    public record Sources(
            Path authorizedKeys,
            Optional<Path> trustedUserCaKeys,
            Optional<Path> principals,
            Optional<Path> revokedKeys,
            int minRsaBits) {}

    private record Rules(
            Sources sources,
            AuthorizedKeys keys,
            Optional<TrustedAuthorities> authorities,
            Optional<RevokedKeys> revoked) {
        static Rules of(Sources sources, Clock clock) {
            if (sources.trustedUserCaKeys.isPresent() && sources.principals.isEmpty()) {
                LOG.warn("certificates of access.trusted-user-ca-keys are refused without access.principals");
            }
            return new Rules(
                    sources,
                    new AuthorizedKeys(sources.authorizedKeys, clock, sources.minRsaBits),
                    sources.trustedUserCaKeys.flatMap(
                            keys -> sources.principals.map(principals -> new TrustedAuthorities(
                                    keys, principals, clock.getZone(), key -> key.weakness(sources.minRsaBits)))),
                    sources.revokedKeys.map(RevokedKeys::new));
        }
    }

    /// @param clock for the expiry of keys; its zone applies to expiry times without one
    public LoginPolicy(Sources sources, Clock clock) {
        this.clock = clock;
        this.rules = Rules.of(sources, clock);
    }

    /// Uses other files and limits from now on.
    public void reconfigure(Sources sources) {
        if (!sources.equals(rules.sources)) {
            rules = Rules.of(sources, clock);
        }
    }

    /// The reason why a file's owner or mode makes the gateway refuse all logins; empty if the file is
    /// usable. For tools, which may run as root although the gateway does not: its user may then be the owner
    /// of the file's directory.
    public static Optional<String> objection(Path file) {
        return KeyFile.objection(file);
    }

    /// The commands that mend owners and modes to which [#objection] objects; none if they are not the problem.
    public static List<String> cures(Path file) {
        return KeyFile.cures(file);
    }

    /// The files beside the authorized keys that cannot be used, each with the reason: authorities, principals and
    /// revoked keys.
    public Map<Path, String> unusable() {
        var current = rules;
        var found = new LinkedHashMap<Path, String>();
        current.authorities.ifPresent(authorities -> found.putAll(authorities.unusable()));
        current.revoked
                .flatMap(RevokedKeys::problem)
                .ifPresent(problem -> found.put(current.sources.revokedKeys.orElseThrow(), problem));
        return found;
    }

    /// The fingerprint of a key in SSH wire format, as OpenSSH prints it: `SHA256:` and unpadded base64. The
    /// fingerprint of a certificate is that of its key.
    public static String fingerprint(byte[] blob) {
        try {
            return Certificate.parse(blob).key().fingerprint();
        } catch (MalformedException _) {
            return PublicKeyBlob.fingerprint(blob);
        }
    }

    /// Whether the holder of a key or a certificate may log in. Has no side effects except reading the files,
    /// for which it may block. It does not verify the authority's signature of a certificate.
    ///
    /// @param blob the key or certificate in SSH wire format (RFC 4253, section 6.6)
    /// @param userName the SSH user name
    /// @param from the peer's address
    public AuthDecision decide(byte[] blob, String userName, InetAddress from) {
        try {
            var type = new WireReader(blob).text();
            return Certificate.isCertificate(type)
                    ? decide(Certificate.parse(blob), userName, Optional.of(from))
                    : decide(PublicKeyBlob.of(blob), from);
        } catch (MalformedException e) {
            return new Refused(e.reason());
        }
    }

    private AuthDecision decide(PublicKeyBlob key, InetAddress from) {
        var current = rules;
        var weakness = key.weakness(current.sources.minRsaBits);
        if (weakness.isPresent()) {
            return new Refused(weakness.get());
        }
        var revoked = current.revoked.flatMap(keys -> keys.objection(key));
        return revoked.map(LoginPolicy::refused).orElseGet(() -> current.keys.decide(key, from));
    }

    /// The same for a certificate.
    ///
    /// @param from if empty, checks that depend on the address are skipped
    public AuthDecision decide(Certificate certificate, String userName, Optional<InetAddress> from)
            throws MalformedException {
        var current = rules;
        var options = CertificateOptions.of(certificate);
        var login = new CertificateLogin(certificate, options, userName, from, clock.instant());
        var objection = weakness(certificate, current.sources.minRsaBits).or(login::objection);
        if (objection.isPresent()) {
            return new Refused(objection.get());
        }
        var revoked = current.revoked.flatMap(keys -> keys.objection(certificate));
        return revoked.map(LoginPolicy::refused).orElseGet(() -> trusted(current, login));
    }

    private static Optional<String> weakness(Certificate certificate, int minRsaBits) {
        return certificate
                .key()
                .weakness(minRsaBits)
                .or(() ->
                        certificate.authority().weakness(minRsaBits).map(reason -> "certificate authority: " + reason));
    }

    private static AuthDecision refused(RevokedKeys.Objection objection) {
        return objection.known() ? new Refused(objection.reason()) : new Unknown(objection.reason());
    }

    /// As in sshd, authorized_keys is checked first; if it does not accept the certificate, the trusted
    /// authorities are checked, even if it cannot be read.
    private static AuthDecision trusted(Rules rules, CertificateLogin login) {
        var byLine = rules.keys.decide(login);
        if (byLine instanceof Accepted || rules.authorities.isEmpty()) {
            return byLine;
        }
        return switch (rules.authorities.get().decide(login)) {
            case Accepted accepted -> accepted;
            case Unknown unknown -> unknown;
            case Refused refused -> byLine.equals(login.untrusted()) ? refused : byLine;
        };
    }
}
