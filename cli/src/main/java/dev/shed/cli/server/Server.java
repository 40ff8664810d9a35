package dev.shed.cli.server;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.text.Printable;
import dev.shed.cli.text.Quoted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A gateway that this client knows.
///
/// @param name its name in this client
/// @param host a host name, an address, or an alias of `~/.ssh/config`
/// @param port its port
/// @param identity the key file to use; empty if ssh finds one by itself
public record Server(String name, String host, int port, Optional<Path> identity) {
    public static final int DEFAULT_PORT = 2222;

    /// ssh's default port.
    public static final int SSH_PORT = 22;

    private static final int LAST_PORT = 65_535;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public Server {
        if (!NAME.matcher(name).matches()) {
            throw CliFailure.usage(
                    "a server's name is letters, digits, '.', '_' and '-', not '" + Printable.of(name) + "'");
        }
        ArgumentCheck.refuse("host", host);
        if (port < 1 || port > LAST_PORT) {
            throw CliFailure.usage("a port is a number from 1 to " + LAST_PORT + ", not " + port);
        }
        identity.ifPresent(Server::requireNameable);
    }

    public Server(String name, String host, int port) {
        this(name, host, port, Optional.empty());
    }

    /// Refuses file names that cannot be written in ssh's configuration or this client's: both consist of
    /// lines, and ssh expands variables in the names of keys.
    private static void requireNameable(Path file) {
        var text = file.toString();
        boolean ok = file.isAbsolute()
                && text.chars().noneMatch(c -> Character.isISOControl(c) || c == '"' || c == '\\')
                && !text.contains("${");
        if (!ok) {
            throw CliFailure.usage("the file of a key is an absolute path without quotes, backslashes and '${', not '"
                    + Printable.of(text) + "'");
        }
    }

    public Server withIdentity(Optional<Path> file) {
        return new Server(name, host, port, file);
    }

    /// The command that adds this server, with more options.
    public String addLine(String... options) {
        var words = new ArrayList<>(List.of("shed", "server", "add", host, "--name", name));
        words.addAll(List.of("--port", Integer.toString(port)));
        identity.ifPresent(file -> words.addAll(List.of("--identity", file.toString())));
        words.addAll(List.of(options));
        return Quoted.line(words);
    }

    /// The default name of a server: the first label of its host name, or its address.
    public static String nameFor(String host) {
        boolean address = host.matches("[0-9.]+") || host.contains(":");
        var name = address ? host.replace(':', '-') : host.split("\\.", 2)[0];
        return name.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    }
}
