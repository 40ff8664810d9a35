package dev.shed.cli.ssh;

import dev.shed.cli.server.ArgumentCheck;
import dev.shed.cli.server.Server;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Builds one command line of the system's `ssh`. Whatever varies is the value of an option or stands behind
/// `--`; `~/.ssh/config` is read as for every ssh, but the keys of hosts come from our own file only.
public final class SshArguments {
    private final List<String> words = new ArrayList<>(List.of("ssh"));
    private final Server server;

    private SshArguments(Server server) {
        this.server = server;
    }

    /// To a server whose key must be in `knownHosts`.
    public static SshArguments to(Server server, Path knownHosts) {
        return new SshArguments(server).knownHosts(knownHosts, "yes");
    }

    /// To a server whose key is written to `file`, whatever it is. For asking a person about it.
    public static SshArguments toStranger(Server server, Path file) {
        return new SshArguments(server).knownHosts(file, "accept-new");
    }

    /// A control command (`-O`) for the ssh that holds this connection. It ignores configuration files and never opens
    /// a
    /// connection.
    public static SshArguments toHolder(Server server, Path socket) {
        return new SshArguments(server).words("-F", "none").sharedIfThere(socket);
    }

    private SshArguments knownHosts(Path file, String checking) {
        // As an option, because `-i` looks for the file before it expands its name.
        server.identity().ifPresent(key -> options("IdentityFile=" + quoted(key), "IdentitiesOnly=yes"));
        return options(
                        "UserKnownHostsFile=" + quoted(file),
                        "GlobalKnownHostsFile=/dev/null",
                        "StrictHostKeyChecking=" + checking,
                        "UpdateHostKeys=no",
                        "CheckHostIP=no",
                        "HashKnownHosts=no",
                        "RemoteCommand=none")
                .words("-p", Integer.toString(server.port()));
    }

    /// As a value in ssh_config(5): a `%` begins a token, and spaces separate files.
    static String quoted(Path path) {
        return "\"" + path.toString().replace("%", "%%") + "\"";
    }

    public SshArguments options(String... options) {
        for (var option : options) {
            words("-o", option);
        }
        return this;
    }

    public SshArguments words(String... more) {
        words.addAll(List.of(more));
        return this;
    }

    /// Variables of the environment that go along, beside those that `~/.ssh/config` names.
    public SshArguments variables(Iterable<String> names) {
        names.forEach(name -> options("SendEnv=" + name));
        return this;
    }

    /// Notices within this time when the other end has gone.
    public SshArguments watchful() {
        return options("ServerAliveInterval=5", "ServerAliveCountMax=3", "ConnectTimeout=10");
    }

    /// Nobody is there to be asked for anything.
    public SshArguments unattended() {
        return options("BatchMode=yes", "LogLevel=ERROR");
    }

    /// Uses the server's shared connection, and starts it where there is none. Who starts it says which variables
    /// anybody may send by it.
    public SshArguments shared(Path socket) {
        variables(Variables.ALL);
        return options("ControlMaster=auto", "ControlPath=" + quoted(socket), "ControlPersist=300");
    }

    /// Holds a connection of its own that others may use, and ends with it.
    public SshArguments holding(Path socket) {
        return options("ControlMaster=yes", "ControlPath=" + quoted(socket), "ControlPersist=no");
    }

    /// Uses the server's shared connection if there is one.
    public SshArguments sharedIfThere(Path socket) {
        return options("ControlMaster=no", "ControlPath=" + quoted(socket));
    }

    /// A connection of its own.
    public SshArguments alone() {
        return options("ControlMaster=no", "ControlPath=none");
    }

    /// The whole command line without a command: a login.
    public List<String> login(String user) {
        ArgumentCheck.refuse("login name", user);
        var all = new ArrayList<>(words);
        all.addAll(List.of("-l", user, "--", server.host()));
        return List.copyOf(all);
    }

    /// The whole command line with a command.
    public List<String> command(String user, String command) {
        var all = new ArrayList<>(login(user));
        all.add(command);
        return List.copyOf(all);
    }
}
