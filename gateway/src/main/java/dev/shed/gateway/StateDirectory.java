package dev.shed.gateway;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/// The gateway's state directory: accessible to its owner only, and locked by one gateway at a time.
final class StateDirectory implements AutoCloseable {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final Path path;
    private final FileChannel lock;

    private StateDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /// Creates the directory if it is missing, and locks it. Fails with `STATE_UNUSABLE` if that is not
    /// possible, and with `CONFIG` if another gateway holds the lock.
    static StateDirectory open(Path path) {
        try {
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PRIVATE));
            // An existing directory may be readable by others, but it holds keys and the audit log.
            Files.setPosixFilePermissions(path, PRIVATE);
            var lock = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            return take(path, lock);
        } catch (IOException e) {
            throw ShedException.stateUnusable(path, e);
        }
    }

    private static StateDirectory take(Path path, FileChannel lock) throws IOException {
        try {
            if (lock.tryLock() != null) {
                return new StateDirectory(path, lock);
            }
        } catch (OverlappingFileLockException _) {
            // Another gateway in this virtual machine holds the lock.
        }
        lock.close();
        throw new ShedException(
                Failure.config("state: " + path, "another gateway uses it", "a state directory for each gateway"));
    }

    Path path() {
        return path;
    }

    /// The id by which this gateway recognises its own processes in an engine that several gateways share. It
    /// stays the same after a restart.
    String gatewayId() {
        var file = path.resolve("gateway-id");
        try {
            if (Files.notExists(file)) {
                var temporary = Files.createTempFile(path, "gateway-id", ".new");
                Files.writeString(temporary, UUID.randomUUID().toString());
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return UUID.fromString(Files.readString(file).strip()).toString();
        } catch (IOException e) {
            throw ShedException.stateUnusable(file, e);
        } catch (IllegalArgumentException e) {
            throw new ShedException(
                    Failure.config(file.toString(), "it cannot be used", "a UUID, or no file at all"), e);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
