package dev.shed.gateway.access.key;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys and certificates that are revoked (sshd's RevokedKeys): a key revocation list or a list of keys,
/// which is read again when it changes. While it cannot be used, all logins are refused.
public final class RevokedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(RevokedKeys.class);

    private final KeyFile<Revoked> file;

    /// The content of a file of either kind.
    private interface Revoked {
        /// The reason why a key is revoked; empty if it is not.
        Optional<String> objection(PublicKeyBlob key);

        /// The reason why a certificate is revoked by its own fields; empty if it is not.
        Optional<String> objection(Certificate certificate);
    }

    private record Binary(KeyRevocationList list) implements Revoked {
        @Override
        public Optional<String> objection(PublicKeyBlob key) {
            return list.objection(key);
        }

        @Override
        public Optional<String> objection(Certificate certificate) {
            return list.objection(certificate);
        }
    }

    private record Plain(List<PublicKeyBlob> keys) implements Revoked {
        @Override
        public Optional<String> objection(PublicKeyBlob key) {
            return keys.stream().anyMatch(key::is)
                    ? Optional.of("the key " + key.fingerprint() + " is revoked")
                    : Optional.empty();
        }

        @Override
        public Optional<String> objection(Certificate certificate) {
            return Optional.empty();
        }
    }

    public RevokedKeys(Path file) {
        this.file = new KeyFile<>(
                new KeyFile.Subject("the revoked keys", "all logins are refused"), file, RevokedKeys::parse, LOG);
    }

    /// Why the file cannot be used, if it cannot.
    public Optional<String> problem() {
        return file.content().problem();
    }

    /// The reason for refusing a key.
    ///
    /// @param known true if the key is revoked, false if the revoked keys cannot be read
    public record Objection(String reason, boolean known) {}

    /// The reason for refusing a key; empty if it is not revoked.
    public Optional<Objection> objection(PublicKeyBlob key) {
        return ask(revoked -> revoked.objection(key));
    }

    /// The reason for refusing a certificate: it, its key or its authority's key is revoked. Empty if none
    /// is.
    public Optional<Objection> objection(Certificate certificate) {
        return ask(revoked -> revoked.objection(certificate.key())
                .or(() -> revoked.objection(certificate))
                .or(() -> revoked.objection(certificate.authority()).map(reason -> "of the authority " + reason)));
    }

    private interface Question {
        Optional<String> ask(Revoked revoked);
    }

    private Optional<Objection> ask(Question question) {
        var content = file.content();
        return content.value()
                .map(revoked -> question.ask(revoked).map(reason -> new Objection(reason, true)))
                .orElseGet(() -> content.problem().map(reason -> new Objection(reason, false)));
    }

    private static Revoked parse(Path file, byte[] content) throws MalformedException {
        var revoked = KeyRevocationList.isOne(content)
                ? new Binary(KeyRevocationList.parse(content))
                : new Plain(keys(new String(content, StandardCharsets.UTF_8)));
        LOG.atInfo().addKeyValue("file", file).log("revoked keys read");
        return revoked;
    }

    /// As in sshd, a line that is no key makes the whole list invalid, because it may be the one that
    /// matters.
    private static List<PublicKeyBlob> keys(String text) throws MalformedException {
        var keys = new ArrayList<PublicKeyBlob>();
        var lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            var line = lines[i].strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    key(line).ifPresent(keys::add);
                } catch (MalformedException e) {
                    throw new MalformedException("line " + (i + 1) + ": " + e.reason());
                }
            }
        }
        return List.copyOf(keys);
    }

    /// The key of a line, or the certified key if the line has a certificate; empty if keys of its type are
    /// never accepted.
    private static Optional<PublicKeyBlob> key(String line) throws MalformedException {
        var fields = line.split("[ \t]+", 3);
        if (fields.length < 2) {
            throw new MalformedException("it is not TYPE KEY [COMMENT]");
        }
        byte[] blob = PublicKeyBlob.decode(fields[1]);
        if (!new WireReader(blob).text().equals(fields[0])) {
            throw new MalformedException("the key is not of the type that the line says");
        }
        if (fields[0].startsWith("ssh-dss")) {
            return Optional.empty();
        }
        return Optional.of(
                Certificate.isCertificate(fields[0]) ? Certificate.parse(blob).key() : PublicKeyBlob.of(blob));
    }
}
