package dev.shed.gateway.init;

import dev.shed.gateway.config.ConfigFile;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.PublicAddress;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;

/// A configuration file that does not exist yet.
///
/// @param listen `ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT`
/// @param image the default image of sheds
record FirstConfiguration(Path file, String listen, String image) {
    /// An address in brackets or without colons, and a port.
    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^\\]]*)\\]|([^:]*)):([0-9]{1,5})");

    private static final String DEFAULT_PORT = "2222";

    private static final Pattern BRACKETS = Pattern.compile("\\[([^\\]]*)\\]");

    /// The text of the file.
    String text() {
        var port = WITH_PORT.matcher(listen);
        var address = listen;
        var portLine = "";
        if (port.matches()) {
            address = port.group(1) == null ? port.group(2) : port.group(1);
            portLine = "  port: " + port.group(3) + "\n";
        } else if (BRACKETS.matcher(listen).matches()) {
            address = listen.substring(1, listen.length() - 1);
        }
        var reached = publicAddress(address, port.matches() ? port.group(3) : DEFAULT_PORT);
        return """
                # Written by shed-gateway init. docs/operations.md describes the keys, and config/gateway.yaml has all of
                # them, with their defaults.
                listen:
                  address: %s
                %s%sshed:
                  image: %s
                """.formatted(word(address), portLine, reached, word(image));
    }

    /// The line of the address for hints. An address that listens on all others, and a port that is chosen later, are
    /// none.
    private static String publicAddress(String address, String port) {
        var text = (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
        var everywhere = address.isEmpty() || address.matches("0\\.0\\.0\\.0|[0:]+");
        return everywhere || PublicAddress.parse(text).isEmpty() ? "" : "  public-address: " + word(text) + "\n";
    }

    /// A word of YAML, in single quotes: none of its characters has a meaning there.
    private static String word(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /// The configuration that the gateway reads from the text. Fails with `USAGE` if a value is not allowed.
    GatewayConfig parsed() {
        try {
            return ConfigFile.parse(file, text());
        } catch (ShedException e) {
            throw new ShedException(
                    Failure.usage(
                            "this configuration would not be valid: "
                                    + e.failure().message(),
                            e.failure().hint()),
                    e);
        }
    }

    /// Writes the file with mode 0644. It appears complete or not at all, and replaces nothing.
    void write() {
        try {
            var directory = file.resolveSibling("");
            createDirectories(directory);
            var temporary = Files.createTempFile(directory, ".gateway", ".new");
            try {
                Files.writeString(temporary, text());
                Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
                // Unlike a rename, a link fails if the name exists.
                Files.createLink(file, temporary);
            } finally {
                Files.delete(temporary);
            }
        } catch (FileAlreadyExistsException e) {
            throw new ShedException(InitProgram.alreadyThere(file), e);
        } catch (IOException e) {
            throw ShedException.stateUnusable(file, e);
        }
    }

    /// Whatever the umask is, nobody else may change what is in it.
    static void createDirectories(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
}
