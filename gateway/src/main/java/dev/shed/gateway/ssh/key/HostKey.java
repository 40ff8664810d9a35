package dev.shed.gateway.ssh.key;

import com.sun.security.auth.module.UnixSystem;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.text.ShellWords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.jspecify.annotations.Nullable;

/// A host key of the gateway: generated once, in OpenSSH's format, with mode 0600. The public key is in a
/// second file.
final class HostKey {
    /// One key of each kind, best first. Clients restricted to FIPS do not support ed25519; old clients
    /// support neither ed25519 nor ECDSA.
    private enum Kind {
        ED25519("host_ed25519", KeyPairProvider.SSH_ED25519, 256),
        ECDSA("host_ecdsa", KeyPairProvider.ECDSA_SHA2_NISTP256, 256),
        RSA("host_rsa", KeyPairProvider.SSH_RSA, 3072);

        private final String file;
        private final String type;
        private final int bits;

        Kind(String file, String type, int bits) {
            this.file = file;
            this.type = type;
            this.bits = bits;
        }
    }

    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private static final String MOVE_AWAY = "mv %s %s.old";

    private HostKey() {}

    /// Reads the keys from `directory` and creates missing ones. Fails with `CONFIG` if one cannot be used.
    static List<KeyPair> loadOrCreate(Path directory) {
        return Arrays.stream(Kind.values())
                .map(kind -> loadOrCreate(directory.resolve(kind.file), kind))
                .toList();
    }

    /// Reads the keys that `directory` has. Fails with `CONFIG` if one cannot be used.
    static List<KeyPair> loadExisting(Path directory) {
        return Arrays.stream(Kind.values())
                .filter(kind -> Files.exists(directory.resolve(kind.file)))
                .map(kind -> loadOrCreate(directory.resolve(kind.file), kind))
                .toList();
    }

    /// The certificates of the keys that are `offered`. Fails with `CONFIG` if an existing one cannot be
    /// used.
    static List<HostCertificate> certificates(Path directory, List<KeyPair> offered, Clock clock) {
        var certificates = new ArrayList<HostCertificate>();
        for (var kind : Kind.values()) {
            offered.stream()
                    .filter(key -> KeyUtils.getKeyType(key).equals(kind.type))
                    .map(key -> new HostCertificate(directory.resolve(kind.file + "-cert.pub"), key, clock))
                    .forEach(certificates::add);
        }
        certificates.forEach(HostCertificate::load);
        return List.copyOf(certificates);
    }

    private static KeyPair loadOrCreate(Path file, Kind kind) {
        try {
            if (Files.notExists(file)) {
                create(file, kind);
            }
            return load(file);
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file, "cannot be used as a host key (" + e.getClass().getSimpleName() + ")", MOVE_AWAY, e);
        }
    }

    private static KeyPair load(Path file) throws IOException, GeneralSecurityException {
        if (!Files.isReadable(file)) {
            throw unusable(file, "the host key cannot be read", "chown " + new UnixSystem().getUid() + " %s", null);
        }
        if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
            throw unusable(file, "the host key can be read by others", "chmod 600 %s", null);
        }
        try (var in = Files.newInputStream(file)) {
            var keys = SecurityUtils.loadKeyPairIdentities(null, NamedResource.ofName(file.toString()), in, null);
            if (keys == null) {
                throw unusable(file, "there is no private key in it", MOVE_AWAY, null);
            }
            return keys.iterator().next();
        }
    }

    private static void create(Path file, Kind kind) throws IOException, GeneralSecurityException {
        var key = KeyUtils.generateKeyPair(kind.type, kind.bits);
        var privateHalf = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "shed-gateway", null, privateHalf);
        var publicHalf = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(key, "shed-gateway", publicHalf);
        publicHalf.write('\n');
        write(file.resolveSibling(kind.file + ".pub"), publicHalf.toByteArray(), "rw-r--r--");
        write(file, privateHalf.toByteArray(), "rw-------");
    }

    /// Writes a temporary file and renames it, so that a half-written key is never read. The temporary file
    /// has the final mode from the start.
    private static void write(Path file, byte[] content, String mode) {
        var permissions = PosixFilePermissions.fromString(mode);
        try {
            var temporary = Files.createTempFile(
                    file.toAbsolutePath().getParent(),
                    ".host_key",
                    ".new",
                    PosixFilePermissions.asFileAttribute(permissions));
            Files.write(temporary, content);
            Files.setPosixFilePermissions(temporary, permissions);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw ShedException.stateUnusable(file, e);
        }
    }

    /// @param command mends it; `%s` stands for the file
    private static ShedException unusable(Path file, String problem, String command, @Nullable Exception e) {
        var name = ShellWords.quoted(file.toString());
        return new ShedException(
                Failure.config(
                        file.toString(),
                        problem,
                        "an OpenSSH private key that only the gateway's user can read; without the file the gateway"
                                + " makes a new one, which every client will have to accept\n"
                                + command.replace("%s", name)),
                e);
    }
}
