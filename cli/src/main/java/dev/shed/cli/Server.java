package dev.shed.cli;

import java.util.regex.Pattern;

/// A gateway that this client knows.
///
/// @param name what it is called here
/// @param host a host name, an address, or an alias of `~/.ssh/config`
/// @param port its port
public record Server(String name, String host, int port) {
    public static final int DEFAULT_PORT = 2222;

    private static final int LAST_PORT = 65_535;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public Server {
        if (!NAME.matcher(name).matches()) {
            throw CliFailure.usage(
                    "a server's name is letters, digits, '.', '_' and '-', not '" + Shown.of(name) + "'");
        }
        Unsafe.refuse("host", host);
        if (port < 1 || port > LAST_PORT) {
            throw CliFailure.usage("a port is a number from 1 to " + LAST_PORT + ", not " + port);
        }
    }

    /// A name for somebody who gave none: the host's first label, or the host.
    public static String nameFor(String host) {
        boolean address = host.matches("[0-9.]+") || host.contains(":");
        var name = address ? host.replace(':', '-') : host.split("\\.", 2)[0];
        return name.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    }
}
