package dev.shed.gateway.shed.create;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/// A file or directory of the host to mount in new sheds (`create.mounts`). Its owner is not checked: it may
/// be the user of the sheds. Files that all users of the host can change are refused, because they could
/// become credentials in all sheds.
public record MountSource(Path path) {
    private static final String KEY = "create.mounts: ";

    /// The sticky bit, as on `/tmp`: all may create files, but only change their own.
    private static final int STICKY = 01000;

    /// Fails with `CONFIG` if the path does not exist or is writable by everybody.
    public void require() {
        if (Files.notExists(path)) {
            throw failure("there is no such file", "a file or directory of this host");
        }
        if (isWritableBy(PosixFilePermission.OTHERS_WRITE)) {
            throw failure("everybody on this host can write it", "chmod o-w " + path);
        }
    }

    /// A warning if the group can write it: that may be right for data, but not for credentials.
    public Optional<String> warning() {
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
