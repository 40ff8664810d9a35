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

/// The keys that get in, and the certificate authorities whose certificates do: a file in OpenSSH's format, read
/// again whenever it has changed.
final class AuthorizedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizedKeys.class);

    private final KeyFile<List<AuthorizedKey>> file;
    private final Clock clock;

    /// @param clock tells when keys expire; its zone is that of expiry times that do not say theirs
    /// @param minRsaBits the least size of RSA keys
    AuthorizedKeys(Path file, Clock clock, int minRsaBits) {
        this.clock = clock;
        var lines = new KeyLines<>(
                "authorized keys",
                (number, line) -> AuthorizedKey.parse(number, line, clock.getZone(), minRsaBits),
                LOG);
        var subject = new KeyFile.Subject("the authorized keys", "all logins are refused");
        this.file = new KeyFile<>(subject, file, lines, LOG);
    }

    /// From now on the keys are in another file.
    void reconfigure(Path next) {
        file.reconfigure(next);
    }

    /// Whether the holder of a key gets in. Has no side effects but reading the file and may block for it. Of
    /// several lines with the same key the first that lets it in counts.
    ///
    /// @param from the peer's address
    AuthDecision decide(PublicKeyBlob key, InetAddress from) {
        return decide(
                new Refused("the key is not authorized"),
                line -> line.isFor(key) ? Optional.of(line.decide(from, clock.instant())) : Optional.empty());
    }

    /// Whether the holder of a certificate gets in by a line with `cert-authority`.
    AuthDecision decide(CertificateLogin login) {
        return decide(
                login.untrusted(),
                line -> line.isFor(login.certificate()) ? Optional.of(line.decide(login)) : Optional.empty());
    }

    /// @param otherwise what holds when no line speaks of it
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
