package dev.shed.gateway.ssh.key;

import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.access.key.MalformedException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate of a host key: a file in the same directory, made by `ssh-keygen -s`. It is read again
/// when the file changes, because such certificates are short-lived.
public final class HostCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(HostCertificate.class);

    /// Bytes. OpenSSH's host certificates have some hundreds.
    private static final long LARGEST = 64 * 1024;

    private final Path file;
    private final byte[] key;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    /// The state of the file when it was last read; guarded by `lock`.
    private @Nullable State state;

    /// The content of the file at that time; guarded by `lock`.
    private Optional<Signed> signed = Optional.empty();

    private record State(
            FileTime modified, long size, @Nullable Object inode) {}

    /// The certificate as our type and as MINA's.
    private record Signed(Certificate certificate, OpenSshCertificate offer) {}

    /// @param file may be missing
    public HostCertificate(Path file, KeyPair key, Clock clock) {
        this.file = file;
        this.key = blob(key);
        this.clock = clock;
    }

    private static byte[] blob(KeyPair key) {
        var blob = new ByteArrayBuffer();
        blob.putRawPublicKey(key.getPublic());
        return blob.getCompactData();
    }

    /// Reads the file for the first time. Fails with `CONFIG` if it exists and cannot be used for this key.
    public void load() {
        try {
            refresh();
        } catch (MalformedException e) {
            throw new ShedException(
                    Failure.config(
                            file.toString(),
                            e.reason(),
                            "a certificate of the host key beside it: ssh-keygen -s CA -I NAME -h -n HOST "
                                    + file.toString().replace("-cert.pub", ".pub")
                                    + "; or move it away, and none is offered"),
                    e);
        }
    }

    /// Whether this is the certificate of the key `other`.
    boolean isFor(KeyPair other) {
        return Arrays.equals(key, blob(other));
    }

    /// The certificate, if there is one and it is valid now.
    public Optional<OpenSshCertificate> current() {
        lock.lock();
        try {
            refresh();
            return signed.filter(found ->
                            found.certificate.objection(clock.instant()).isEmpty())
                    .map(Signed::offer);
        } catch (MalformedException e) {
            warn(e.reason());
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// When the certificate expires, which may be in the past; empty if there is none or it does not expire.
    Optional<Instant> end() {
        lock.lock();
        try {
            refresh();
            return signed.flatMap(found -> found.certificate.end());
        } catch (MalformedException e) {
            warn(e.reason());
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void refresh() throws MalformedException {
        lock.lock();
        try {
            var now = state();
            if (now == null || !now.equals(state)) {
                signed = Optional.empty();
                state = now;
                signed = now == null ? Optional.empty() : Optional.of(read(now));
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable State state() {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (NoSuchFileException _) {
            return null;
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("file", file).setCause(e).log("host certificate not looked at");
            return null;
        }
    }

    private Signed read(State now) throws MalformedException {
        var blob = blob(now);
        var certificate = Certificate.parse(blob);
        certificate.requireHost(key);
        certificate.objection(clock.instant()).ifPresent(this::warn);
        LOG.atInfo()
                .addKeyValue("file", file)
                .addKeyValue("principals", certificate.principals())
                .log("host certificate read");
        try {
            return new Signed(certificate, (OpenSshCertificate) new ByteArrayBuffer(blob).getRawPublicKey());
        } catch (Exception e) {
            throw new MalformedException("it cannot be read as a certificate", e);
        }
    }

    private byte[] blob(State now) throws MalformedException {
        if (now.size > LARGEST) {
            throw new MalformedException("it has " + now.size + " bytes, and " + LARGEST + " are the most");
        }
        try {
            var fields = Files.readString(file, StandardCharsets.UTF_8).strip().split("[ \t]+", 3);
            return Base64.getDecoder().decode(fields.length < 2 ? "" : fields[1]);
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedException("it cannot be read as TYPE CERTIFICATE", e);
        }
    }

    private void warn(String reason) {
        LOG.atWarn().addKeyValue("file", file).addKeyValue("reason", reason).log("host certificate not offered");
    }
}
