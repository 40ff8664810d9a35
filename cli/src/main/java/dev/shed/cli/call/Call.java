package dev.shed.cli.call;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.shed.cli.file.Home;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Settings;
import dev.shed.cli.server.SettingsFile;
import dev.shed.cli.server.ShedCache;
import dev.shed.cli.ssh.ControlSocket;
import dev.shed.cli.ssh.KnownHosts;
import dev.shed.cli.ssh.SshArguments;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// One invocation of the client, with its environment.
///
/// @param home the directories of the client's files
/// @param environment the environment variables
/// @param terminal which streams are terminals
/// @param out stdout
/// @param err stderr
public record Call(Home home, Map<String, String> environment, Terminal terminal, PrintStream out, PrintStream err) {
    public Settings settings() throws IOException {
        return SettingsFile.read(home.config());
    }

    /// The line of the file at which each setting is defined.
    public Map<String, Integer> origins() throws IOException {
        return SettingsFile.origins(home.config());
    }

    public void save(Settings settings) throws IOException {
        SettingsFile.write(home.config(), settings);
    }

    public KnownHosts knownHosts() {
        return new KnownHosts(home.knownHosts());
    }

    public ShedCache cache() {
        return new ShedCache(home.cache());
    }

    public SshArguments ssh(Server server) {
        return SshArguments.to(server, home.knownHosts());
    }

    /// The value of `SHED_CLIENT`: the prefix of a shed's name in the gateway's hints. With it, the hints
    /// show commands of this client.
    public String client(Server server) throws IOException {
        return settings().servers().size() > 1 ? server.name() + "/" : "/";
    }

    public Path socket(Server server) throws IOException {
        return ControlSocket.of(environment, home, server);
    }

    /// A control socket for a connection that only this invocation uses.
    public Path freshSocket() throws IOException {
        return ControlSocket.fresh(environment, home);
    }

    /// Arguments for a verb of the gateway: over the shared connection, except on Windows, which has none.
    public SshArguments control(Server server) throws IOException {
        var ssh = ssh(server).watchful();
        return isWindows() ? ssh.alone() : ssh.shared(socket(server));
    }

    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /// Prints a line of JSON. A field without a value is `null`, as in the gateway's own answers.
    public void json(Object value) throws IOException {
        out.println(JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(value));
    }

    public void notice(String text) {
        err.print("shed: " + text + "\n");
        err.flush();
    }

    public static boolean isWindows() {
        return System.getProperty("os.name", "").startsWith("Windows");
    }
}
