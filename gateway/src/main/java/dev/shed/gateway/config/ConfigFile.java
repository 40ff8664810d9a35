package dev.shed.gateway.config;

import dev.shed.gateway.access.key.OwnFile;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds and reads the configuration file. Every problem is a `CONFIG` failure that names file, line and key.
///
/// The file is the one given on the command line, else `/etc/shed/gateway.yaml`, else
/// `~/.config/shed/gateway.yaml`. If none exists, the built-in defaults apply. A file that exists but cannot
/// be read is an error.
///
/// Two defaults depend on the machine. The state directory is `/var/lib/shed` if the gateway can write or
/// create it, else `~/.local/state/shed`. The authorized keys are next to the configuration file. Without
/// one, they are in `/etc/shed` if the state is in `/var/lib/shed`, else in `~/.config/shed`.
public final class ConfigFile {
    /// Limit on the file's size, in bytes: far more than a configuration needs.
    private static final int LARGEST = 1 << 20;

    private static final String NAME = "gateway.yaml";

    private final Roots roots;

    /// The directories from which the default paths are derived.
    ///
    /// @param configuration `/etc/shed`
    /// @param state `/var/lib/shed`
    record Roots(Path configuration, Path state, Path home) {
        private static Roots ofThisMachine() {
            // `~` in a shell is $HOME, while the JDK's `user.home` comes from the password file.
            var home = Optional.ofNullable(System.getenv("HOME"))
                    .filter(value -> value.startsWith("/"))
                    .orElseGet(() -> System.getProperty("user.home"));
            return new Roots(Path.of("/etc/shed"), Path.of("/var/lib/shed"), Path.of(home));
        }

        private Path userConfiguration() {
            return home.resolve(".config/shed");
        }

        private boolean systemWide() {
            return Files.isWritable(Files.exists(state) ? state : state.resolveSibling(""));
        }
    }

    ConfigFile(Roots roots) {
        this.roots = roots;
    }

    /// Reads the configuration of this machine.
    ///
    /// @param given the file named on the command line
    public static GatewayConfig load(Optional<Path> given) {
        return new ConfigFile(Roots.ofThisMachine()).read(given);
    }

    /// The file that [#load] reads; empty if the built-in defaults apply.
    public static Optional<Path> find(Optional<Path> given) {
        return new ConfigFile(Roots.ofThisMachine()).path(given);
    }

    /// Where a configuration belongs that does not exist yet.
    public static Path placeOfNew(Optional<Path> given) {
        var roots = Roots.ofThisMachine();
        return given.map(Path::toAbsolutePath)
                .orElseGet(
                        () -> (roots.systemWide() ? roots.configuration() : roots.userConfiguration()).resolve(NAME));
    }

    /// The configuration that `text` would be as the content of `file`, which need not exist.
    public static GatewayConfig parse(Path file, String text) {
        return new ConfigFile(Roots.ofThisMachine()).parse(Optional.of(file), text);
    }

    /// The directory that `~` stands for in a shell.
    public static Path home() {
        return Roots.ofThisMachine().home();
    }

    GatewayConfig read(Optional<Path> given) {
        var file = path(given);
        var text = file.map(ConfigFile::text).orElse("");
        file.ifPresent(path -> OwnFile.require(path.toString(), path));
        return parse(file, text);
    }

    private GatewayConfig parse(Optional<Path> file, String text) {
        var name = file.map(Path::toString).orElse(NAME);
        return Keys.read(YamlDocument.parse(name, text, Keys.PATHS, Keys.LISTS), paths(file));
    }

    private Optional<Path> path(Optional<Path> given) {
        return given.map(Path::toAbsolutePath)
                .or(() -> Stream.of(roots.configuration(), roots.userConfiguration())
                        .map(directory -> directory.resolve(NAME))
                        .filter(Files::exists)
                        .findFirst());
    }

    private DefaultPaths paths(Optional<Path> file) {
        var ownDirectory = roots.systemWide() ? roots.configuration() : roots.userConfiguration();
        var state = roots.systemWide() ? roots.state() : roots.home().resolve(".local/state/shed");
        return new DefaultPaths(file.map(path -> path.resolveSibling("")).orElse(ownDirectory), state);
    }

    private static String text(Path file) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(file)))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (IOException e) {
            throw new ShedException(
                    Failure.config(file.toString(), problem(e), "a YAML file that the gateway can read"), e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException("larger than " + LARGEST + " bytes");
            }
            return bytes;
        }
    }

    private static String problem(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case CharacterCodingException _ -> "not UTF-8";
            default -> "cannot be read: " + e.getMessage();
        };
    }
}
