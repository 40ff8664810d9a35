package dev.shed.gateway.shed.create;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/// A file or directory of the host to mount in new sheds (`create.mounts`). Its owner is the user of the sheds, and is
/// not checked; but files that everybody on the host can change must not become credentials of all sheds.
record MountSource(Path path) {
    private static final String KEY = "create.mounts: ";

    /// Everybody writes there, and nobody to what is another's: `/tmp`.
    private static final int STICKY = 01000;

    /// `CONFIG` when it is not there, or when everybody can write it.
    void require() {
        if (Files.notExists(path)) {
            throw failure("there is no such file", "a file or directory of this host");
        }
        if (isWritableBy(PosixFilePermission.OTHERS_WRITE)) {
            throw failure("everybody on this host can write it", "chmod o-w " + path);
        }
    }

    /// What is doubtful about it: a group may well share data, but not credentials.
    Optional<String> warning() {
        return isWritableBy(PosixFilePermission.GROUP_WRITE)
                ? Optional.of(KEY + path + ": its group can write it (if that is not meant: chmod g-w " + path + ")")
                : Optional.empty();
    }

    private boolean isWritableBy(PosixFilePermission who) {
        try {
            Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(path);
            boolean holdsData = Files.isRegularFile(path) || Files.isDirectory(path);
            return holdsData && allowed.contains(who) && !isSticky();
        } catch (IOException e) {
            throw new ShedException(
                    Failure.config(KEY + path, "its mode cannot be read", "a file that the gateway can see"), e);
        }
    }

    private boolean isSticky() throws IOException {
        return Files.isDirectory(path) && ((int) Files.getAttribute(path, "unix:mode") & STICKY) != 0;
    }

    private ShedException failure(String problem, String expected) {
        return new ShedException(Failure.config(KEY + path, problem, expected));
    }
}
