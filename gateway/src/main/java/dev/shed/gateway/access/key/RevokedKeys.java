package dev.shed.gateway.access.key;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys and certificates that get in no more (sshd's RevokedKeys): a key revocation list, or a list of keys,
/// read again whenever it has changed. While it cannot be used, all logins are refused.
public final class RevokedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(RevokedKeys.class);

    private final KeyFile<Revoked> file;

    /// What a file of either kind answers.
    private interface Revoked {
        /// Why a key is revoked, if it is.
        Optional<String> objection(PublicKeyBlob key);

        /// Why a certificate is revoked by what it says of itself, if it is.
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

    /// What is wrong with somebody's key.
    ///
    /// @param known whether it is known to be revoked; otherwise nothing is known of any key
    public record Objection(String reason, boolean known) {}

    /// Why a key is revoked, if it is.
    public Optional<Objection> objection(PublicKeyBlob key) {
        return ask(revoked -> revoked.objection(key));
    }

    /// Why a certificate is revoked, if it, its key or the key of its authority is.
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

    /// As with sshd a line that is no key breaks the whole list: it may be the one that matters.
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

    /// The key of a line, or the one that a certificate there certifies; none if nobody gets in with its kind anyway.
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
