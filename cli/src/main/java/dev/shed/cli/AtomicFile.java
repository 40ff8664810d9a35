package dev.shed.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Files that are there whole or not at all, and changes that do not overtake each other.
public final class AtomicFile {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> PRIVATE_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private AtomicFile() {}

    /// What is done while the lock is held.
    @FunctionalInterface
    public interface Change {
        void make() throws IOException;
    }

    /// Makes a directory that is nobody else's business, unless it is there.
    public static void directory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, attributes(directory, PRIVATE_DIRECTORY));
        }
    }

    /// Runs a change while no other client makes one.
    public static void locked(Home home, Change change) throws IOException {
        directory(home.directory());
        try (var channel = FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            change.make();
        }
    }

    /// Replaces the content of a file; its mode, or the file that a symbolic link stands for, stays.
    public static void write(Path file, byte[] content) throws IOException {
        var real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        directory(parent(real));
        var fresh = Files.createTempFile(parent(real), ".shed-", ".new", attributes(real, PRIVATE));
        try {
            put(fresh, content);
            if (Files.exists(real) && posix(real)) {
                Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(real));
            }
            Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static Path parent(Path file) {
        var parent = file.getParent();
        return parent == null ? Path.of(".") : parent;
    }

    /// On the disk before it takes the old one's place: a crash leaves one of the two.
    private static void put(Path file, byte[] content) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return posix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
