package dev.shed.gateway.access.key;

import com.sun.security.auth.module.UnixSystem;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.text.ShellWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Checks files that configure the gateway or that it mounts into every shed. A user who can change one of
/// them controls the gateway, so only root and the gateway's user may. The rule is the same as for key files.
public final class OwnFile {
    private OwnFile() {}

    /// Fails with `CONFIG` if another user could change or replace `file`.
    ///
    /// @param where the name of the setting, for the message
    public static void require(String where, Path file) {
        objection(file).ifPresent(problem -> {
            throw new ShedException(Failure.config(where, problem, mended(file)));
        });
    }

    private static Optional<String> objection(Path file) {
        try {
            // A pipe has no owner that could be checked; the operator chose it on purpose.
            return Files.isRegularFile(file)
                    ? KeyFileState.of(file).objection(Math.toIntExact(new UnixSystem().getUid()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("its owner and mode cannot be found out: " + e.getMessage());
        }
    }

    private static String mended(Path file) {
        return "a file that only root and the gateway's user can change:\n" + String.join("\n", cures(file));
    }

    /// The commands after which nobody else could change `file`; none if nobody can.
    private static List<String> cures(Path file) {
        try {
            return KeyFileState.of(file).cures(file.toRealPath(), Math.toIntExact(new UnixSystem().getUid()));
        } catch (IOException _) {
            return List.of("namei -l " + ShellWords.quoted(file.toString()));
        }
    }
}
