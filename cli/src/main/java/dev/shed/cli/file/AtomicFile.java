package dev.shed.cli.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Replaces files atomically, and serialises changes by several clients.
public final class AtomicFile {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> PRIVATE_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    /// How many symbolic links are followed; Linux has the same limit.
    private static final int MOST_LINKS = 40;

    private AtomicFile() {}

    /// An operation that runs with the lock held.
    @FunctionalInterface
    public interface Change {
        void make() throws IOException;
    }

    /// An operation with a result that runs with the lock held.
    @FunctionalInterface
    public interface Work<T> {
        T result() throws IOException, InterruptedException;
    }

    /// Creates a directory that only its owner can enter, unless it exists.
    public static void directory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, attributes(directory, PRIVATE_DIRECTORY));
        }
    }

    /// Runs an operation while no other client runs one.
    public static void locked(Home home, Change change) throws IOException {
        directory(home.directory());
        try (var channel = lockFile(home);
                var _ = channel.lock()) {
            change.make();
        }
    }

    /// Runs an operation with a result while no other client runs one.
    public static <T> T underLock(Home home, Work<T> work) throws IOException, InterruptedException {
        directory(home.directory());
        try (var channel = lockFile(home);
                var _ = channel.lock()) {
            return work.result();
        }
    }

    private static FileChannel lockFile(Home home) throws IOException {
        return FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /// Replaces the contents of a file, or of the target of a symbolic link. Mode and owner are kept.
    public static void write(Path file, byte[] content) throws IOException {
        var real = target(file);
        directory(parent(real));
        var fresh = Files.createTempFile(parent(real), ".shed-", ".new", attributes(real, PRIVATE));
        try {
            put(fresh, content);
            if (Files.exists(real) && posix(real)) {
                takeAfter(real, fresh);
            }
            Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /// The file to which a path leads after all symbolic links. It may be missing.
    public static Path target(Path file) throws IOException {
        var at = file.toAbsolutePath();
        for (int i = 0; Files.isSymbolicLink(at); i++) {
            if (i == MOST_LINKS) {
                throw new FileSystemLoopException(file.toString());
            }
            at = at.resolveSibling(Files.readSymbolicLink(at));
        }
        return at;
    }

    private static void takeAfter(Path real, Path fresh) throws IOException {
        var before = Files.readAttributes(real, PosixFileAttributes.class);
        var now = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
        if (!now.readAttributes().owner().equals(before.owner())) {
            now.setOwner(before.owner());
        }
        if (!now.readAttributes().group().equals(before.group())) {
            now.setGroup(before.group());
        }
        now.setPermissions(before.permissions());
    }

    private static Path parent(Path file) {
        var parent = file.getParent();
        return parent == null ? Path.of(".") : parent;
    }

    /// Writes a file and syncs it to the disk before it is renamed, so that a crash leaves either the old or
    /// the new contents.
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
