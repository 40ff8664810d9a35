package dev.shed.cli.server;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.text.Printable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The contents of `config.yaml`.
///
/// @param servers the servers by name, in the file's order
/// @param defaultServer the server to use if none is named
public record Settings(Map<String, Server> servers, Optional<String> defaultServer) {
    private static final String ADD = "shed server add HOST";

    public static final Settings EMPTY = new Settings(Map.of(), Optional.empty());

    public Settings {
        servers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(servers));
    }

    public Server server(String name) {
        var server = servers.get(name);
        if (server == null) {
            throw new CliFailure(
                    CliFailure.Code.SERVER_NOT_FOUND,
                    "there is no server '" + Printable.of(name) + "'",
                    "shed server list",
                    ADD);
        }
        return server;
    }

    /// The server to use if none is named: the default, or the only one.
    public Server defaultOrOnly() {
        if (defaultServer.isPresent()) {
            return server(defaultServer.get());
        }
        if (servers.size() == 1) {
            return servers.values().iterator().next();
        }
        if (servers.isEmpty()) {
            throw new CliFailure(CliFailure.Code.SERVER_NOT_FOUND, "no server has been added yet", ADD);
        }
        throw new CliFailure(
                CliFailure.Code.SERVER_NOT_FOUND, "there is no default server", "shed server set-default NAME");
    }

    public boolean isDefault(Server server) {
        return servers.size() == 1
                || defaultServer.filter(server.name()::equals).isPresent();
    }

    public Settings with(Server server) {
        var all = new LinkedHashMap<>(servers);
        all.put(server.name(), server);
        return new Settings(all, defaultServer.or(() -> Optional.of(server.name())));
    }

    public Settings without(String name) {
        var all = new LinkedHashMap<>(servers);
        all.remove(name);
        return new Settings(all, defaultServer.filter(other -> !other.equals(name)));
    }

    public Settings withDefault(String name) {
        return new Settings(servers, Optional.of(server(name).name()));
    }
}
