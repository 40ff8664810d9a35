package dev.shed.gateway.access;

import dev.shed.gateway.access.AuthDecision.Refused;
import dev.shed.gateway.access.AuthDecision.Unknown;
import dev.shed.gateway.access.key.KeyFile;
import dev.shed.gateway.access.key.KeyLines;
import dev.shed.gateway.access.key.PublicKeyBlob;
import dev.shed.gateway.access.key.RefusedLineException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate authorities that are trusted for all users (sshd's TrustedUserCAKeys), and the permissions
/// of their principals (AuthorizedPrincipalsFile): two files, which are read again when they change.
final class TrustedAuthorities {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedAuthorities.class);
    private static final String REFUSED = "logins with certificates of these authorities are refused";

    private final Path keysFile;
    private final Path principalsFile;
    private final KeyFile<List<PublicKeyBlob>> keys;
    private final KeyFile<List<PrincipalLine>> principals;

    /// @param zone the time zone of expiry times without one
    /// @param weakness the reason why a key is too weak; empty if it is not
    TrustedAuthorities(Path keys, Path principals, ZoneId zone, Function<PublicKeyBlob, Optional<String>> weakness) {
        this.keysFile = keys;
        this.principalsFile = principals;
        this.keys = new KeyFile<>(
                new KeyFile.Subject("the trusted CA keys", REFUSED),
                keys,
                new KeyLines<>("trusted CA keys", (_, line) -> key(line, weakness), LOG),
                LOG);
        this.principals = new KeyFile<>(
                new KeyFile.Subject("the principals", REFUSED),
                principals,
                new KeyLines<>("principals", (number, line) -> PrincipalLine.parse(number, line, zone), LOG),
                LOG);
    }

    /// The files that cannot be used, or in which no line can, each with the reason.
    Map<Path, String> unusable() {
        var found = new LinkedHashMap<Path, String>();
        problem(keys.content()).ifPresent(problem -> found.put(keysFile, problem));
        problem(principals.content()).ifPresent(problem -> found.put(principalsFile, problem));
        return found;
    }

    private static Optional<String> problem(KeyFile.Content<? extends List<?>> content) {
        return content.problem()
                .or(() -> content.value().filter(List::isEmpty).map(_ -> "it has no line that can be used"));
    }

    /// Whether the holder of a certificate may log in. As in sshd, the first line with one of its principals
    /// is used.
    AuthDecision decide(CertificateLogin login) {
        var trusted = keys.content();
        if (trusted.problem().isPresent()) {
            return new Unknown(trusted.problem().get());
        }
        var authority = login.certificate().authority();
        if (trusted.value().orElse(List.of()).stream().noneMatch(authority::is)) {
            return login.untrusted();
        }
        var lines = principals.content();
        if (lines.problem().isPresent()) {
            return new Unknown(lines.problem().get());
        }
        return lines.value().orElse(List.of()).stream()
                .filter(line -> login.hasOneOf(List.of(line.principal())))
                .findFirst()
                .map(line -> line.decide(login))
                .orElseGet(() -> new Refused("the file of principals has none of the certificate's"));
    }

    private static Optional<PublicKeyBlob> key(String line, Function<PublicKeyBlob, Optional<String>> weakness)
            throws RefusedLineException {
        var text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return Optional.empty();
        }
        var fields = text.split("[ \t]+", 3);
        if (fields.length < 2 || !PublicKeyBlob.TYPES.contains(fields[0])) {
            throw new RefusedLineException("it is not TYPE KEY [COMMENT]");
        }
        var key = PublicKeyBlob.parse(fields[0], fields[1]);
        var weak = weakness.apply(key);
        if (weak.isPresent()) {
            throw new RefusedLineException(weak.get());
        }
        return Optional.of(key);
    }
}
