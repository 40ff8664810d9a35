package dev.shed.gateway.doctor;

import com.sun.security.auth.module.UnixSystem;
import dev.shed.gateway.failure.FileProblem;
import dev.shed.gateway.text.ShellWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A directory in which the gateway writes: that it can, and that there is space.
///
/// @param directory the state directory, or that of recordings
/// @param space bytes that are free there
public record StateCheck(String about, Path directory, Space space) implements Check {
    /// Below it the gateway may soon fail.
    private static final long LOW = 1L << 30;

    /// Below it an audit log and the files of one shed hardly fit.
    private static final long LEAST = 64L << 20;

    /// The user of this process. Whoever pastes a cure may be another one.
    private static final long UID = new UnixSystem().getUid();

    /// A block is written, since a full file system still creates files.
    private static final int BLOCK = 4096;

    /// Returns the free bytes of the file system of a path.
    @FunctionalInterface
    public interface Space {
        long left(Path path) throws IOException;
    }

    @Override
    public List<Finding> examine() throws IOException {
        if (Files.notExists(directory)) {
            return List.of(missing());
        }
        var name = ShellWords.quoted(directory.toString());
        if (!Files.isDirectory(directory)) {
            return List.of(Finding.error(directory + " is not a directory", "mv " + name + " " + name + ".old"));
        }
        try {
            write();
        } catch (IOException e) {
            return List.of(Finding.error(directory + " cannot be written: " + FileProblem.words(e), cure(e, name)));
        }
        return List.of(space(name));
    }

    private void write() throws IOException {
        var file = Files.createTempFile(directory, ".doctor", ".tmp");
        try {
            Files.write(file, new byte[BLOCK]);
        } finally {
            Files.delete(file);
        }
    }

    private static String[] cure(IOException problem, String name) {
        var words = FileProblem.words(problem);
        if (words.contains("No space")) {
            return new String[] {"df -h " + name, "du -xh --max-depth=1 " + name + " | sort -h"};
        }
        if (words.contains("Read-only")) {
            return new String[] {
                "# the kernel mounts a damaged file system read-only; look first, then mount it:",
                "dmesg | tail -n 20",
                "# mount -o remount,rw \"$(findmnt -n -o TARGET --target " + name + ")\""
            };
        }
        return new String[] {"chown " + UID + " " + name + " && chmod 0700 " + name};
    }

    private Finding missing() {
        var above = directory.toAbsolutePath();
        while (above.getParent() != null && Files.notExists(above)) {
            above = above.getParent();
        }
        return Files.isDirectory(above) && Files.isWritable(above)
                ? Finding.ok(directory + " does not exist yet; it will be created")
                : Finding.error(
                        directory + " does not exist, and cannot be created in " + above,
                        "install -d -m 0700 -o " + UID + " " + ShellWords.quoted(directory.toString()));
    }

    private Finding space(String name) throws IOException {
        long left = space.left(directory);
        var message = "%s has %d MiB left".formatted(directory, left >> 20);
        String[] cure = {"df -h " + name, "du -xh --max-depth=1 " + name + " | sort -h"};
        if (left < LEAST) {
            return Finding.error(message + ", less than the gateway needs", cure);
        }
        return left < LOW ? Finding.warning(message, cure) : Finding.ok(message);
    }
}
