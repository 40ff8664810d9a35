package dev.shed.gateway.access.key;

import com.sun.security.auth.module.UnixSystem;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Files that decide what the gateway does, or that it gives to every shed: whoever can change one of them is as good
/// as the gateway, so nobody but root and its own user may. The rule is that of the key file.
public final class OwnFile {
    private OwnFile() {}

    /// `CONFIG` when somebody else could change `file`, or put another in its place.
    ///
    /// @param where names it in the message
    public static void require(String where, Path file) {
        objection(file).ifPresent(problem -> {
            throw new ShedException(Failure.config(where, problem, mended(file)));
        });
    }

    private static Optional<String> objection(Path file) {
        try {
            // Of a pipe nobody can say who may write to it; it was named on purpose.
            return Files.isRegularFile(file)
                    ? KeyFileState.of(file).objection(Math.toIntExact(new UnixSystem().getUid()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("its owner and mode cannot be found out: " + e.getMessage());
        }
    }

    private static String mended(Path file) {
        var real = real(file);
        return "a file that only root and the gateway's user can change:\nchmod go-w %s %s"
                .formatted(real.resolveSibling(""), real);
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException _) {
            return file.toAbsolutePath();
        }
    }
}
