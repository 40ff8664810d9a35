package dev.shed.cli.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.AtomicFile;
import dev.shed.cli.file.Home;
import dev.shed.cli.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;

/// The path of a server's control socket, in a private directory of the user. The path must be short: it may
/// have at most 104 bytes (macOS), and ssh appends 17 temporarily.
public final class ControlSocket {
    private static final int LONGEST = 86;

    private ControlSocket() {}

    public static Path of(Map<String, String> environment, Home home, Server server) throws IOException {
        // Without `+` and toString: on records and paths they take longer than all the rest of this method.
        var text = String.join(
                "\n",
                home.directory().toString(),
                server.name(),
                server.host(),
                Integer.toString(server.port()),
                server.identity().map(Path::toString).orElse(""));
        return path(environment, home, HexFormat.of().toHexDigits(checksum(text)));
    }

    /// A path for a connection that only one invocation uses.
    public static Path fresh(Map<String, String> environment, Home home) throws IOException {
        return path(
                environment,
                home,
                "f" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()));
    }

    private static Path path(Map<String, String> environment, Home home, String name) throws IOException {
        var own = home.directory().resolve("run").resolve(name);
        if (own.toString().length() <= LONGEST) {
            AtomicFile.directory(home.directory().resolve("run"));
            return own;
        }
        var directory = fallback(environment, home).resolve("shed-" + System.getProperty("user.name"));
        AtomicFile.directory(directory);
        requirePrivate(directory);
        return directory.resolve(name);
    }

    private static Path fallback(Map<String, String> environment, Home home) {
        var runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return home.directory().getFileSystem().getPath(runtime.isEmpty() ? "/tmp" : runtime);
    }

    /// Refuses a directory of another user: its owner could redirect logins.
    private static void requirePrivate(Path directory) throws IOException {
        var others = Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
        boolean ours =
                Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).getName().equals(System.getProperty("user.name"));
        boolean closed = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS).stream()
                .noneMatch(others::contains);
        if (!ours || !closed || Files.isSymbolicLink(directory)) {
            throw new CliFailure(
                    CliFailure.Code.CONFIG,
                    directory + " belongs to another user or is writable by other users",
                    "rm -r " + directory);
        }
    }

    private static int checksum(String text) {
        var checksum = new CRC32C();
        checksum.update(text.getBytes(UTF_8));
        return (int) checksum.getValue();
    }
}
