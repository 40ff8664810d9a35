package dev.shed.gateway.access;

import dev.shed.gateway.access.AuthDecision.Accepted;
import dev.shed.gateway.access.AuthDecision.Refused;
import dev.shed.gateway.access.AuthDecision.Unknown;
import dev.shed.gateway.access.key.KeyFile;
import dev.shed.gateway.access.key.KeyLines;
import dev.shed.gateway.access.key.PublicKeyBlob;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The accepted keys, and the authorities whose certificates are accepted: a file in OpenSSH's format, which
/// is read again when it changes.
final class AuthorizedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizedKeys.class);

    private final KeyFile<List<AuthorizedKey>> file;
    private final Clock clock;

    /// @param clock for the expiry of keys; its zone applies to expiry times without one
    /// @param minRsaBits the smallest size of RSA keys
    AuthorizedKeys(Path file, Clock clock, int minRsaBits) {
        this.clock = clock;
        var lines = new KeyLines<>(
                "authorized keys",
                (number, line) -> AuthorizedKey.parse(number, line, clock.getZone(), minRsaBits),
                LOG);
        var subject = new KeyFile.Subject("the authorized keys", "all logins are refused");
        this.file = new KeyFile<>(subject, file, lines, LOG);
    }

    /// Reads the keys from another file from now on.
    void reconfigure(Path next) {
        file.reconfigure(next);
    }

    /// Whether the holder of a key may log in. Has no side effects except reading the file, for which it may
    /// block. If several lines have the key, the first one that accepts it is used.
    ///
    /// @param from the peer's address
    AuthDecision decide(PublicKeyBlob key, InetAddress from) {
        return decide(
                new Refused("the key is not authorized"),
                line -> line.isFor(key) ? Optional.of(line.decide(from, clock.instant())) : Optional.empty());
    }

    /// Whether a line with `cert-authority` accepts a certificate.
    AuthDecision decide(CertificateLogin login) {
        return decide(
                login.untrusted(),
                line -> line.isFor(login.certificate()) ? Optional.of(line.decide(login)) : Optional.empty());
    }

    /// @param otherwise the decision if no line applies
    private AuthDecision decide(Refused otherwise, Function<AuthorizedKey, Optional<AuthDecision>> asked) {
        var content = file.content();
        if (content.problem().isPresent()) {
            return new Unknown(content.problem().get());
        }
        AuthDecision decision = otherwise;
        for (var line : content.value().orElse(List.of())) {
            decision = asked.apply(line).orElse(decision);
            if (decision instanceof Accepted) {
                return decision;
            }
        }
        return decision;
    }
}
