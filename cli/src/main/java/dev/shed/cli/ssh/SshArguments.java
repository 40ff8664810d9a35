package dev.shed.cli.ssh;

import dev.shed.cli.server.ArgumentCheck;
import dev.shed.cli.server.Server;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Builds a command line of the system's `ssh`. All variable parts are values of options or follow `--`.
/// `~/.ssh/config` applies as usual, but host keys are taken from the client's own file only.
public final class SshArguments {
    private final List<String> words = new ArrayList<>(List.of("ssh"));
    private final Server server;

    private SshArguments(Server server) {
        this.server = server;
    }

    /// For a server whose host key must be in `knownHosts`.
    public static SshArguments to(Server server, Path knownHosts) {
        return new SshArguments(server).knownHosts(knownHosts, "yes");
    }

    /// For a server whose host key is written to `file` without a check, to ask the user about it.
    public static SshArguments toStranger(Server server, Path file) {
        return new SshArguments(server).knownHosts(file, "accept-new");
    }

    /// A control command (`-O`) for the ssh that holds this connection. It ignores configuration files and
    /// never opens a connection.
    public static SshArguments toHolder(Server server, Path socket) {
        return new SshArguments(server).words("-F", "none").sharedIfThere(socket);
    }

    private SshArguments knownHosts(Path file, String checking) {
        // As an option, because `-i` checks that the file exists before it expands the name.
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

    /// Quotes a path for ssh_config(5), where `%` begins a token and spaces separate files.
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

    /// Sends these environment variables, in addition to those in `~/.ssh/config`.
    public SshArguments variables(Iterable<String> names) {
        names.forEach(name -> options("SendEnv=" + name));
        return this;
    }

    /// Detects a lost connection in about 15 seconds.
    public SshArguments watchful() {
        return options("ServerAliveInterval=5", "ServerAliveCountMax=3", "ConnectTimeout=10");
    }

    /// Never asks for anything.
    public SshArguments unattended() {
        return options("BatchMode=yes", "LogLevel=ERROR");
    }

    /// Uses the server's shared connection, or starts it. The ssh that starts it determines which variables
    /// can be sent over it.
    public SshArguments shared(Path socket) {
        variables(Variables.ALL);
        return options("ControlMaster=auto", "ControlPath=" + quoted(socket), "ControlPersist=300");
    }

    /// Starts a connection that other calls can share, and that ends with this ssh.
    public SshArguments holding(Path socket) {
        return options("ControlMaster=yes", "ControlPath=" + quoted(socket), "ControlPersist=no");
    }

    /// Uses the server's shared connection if there is one.
    public SshArguments sharedIfThere(Path socket) {
        return options("ControlMaster=no", "ControlPath=" + quoted(socket));
    }

    /// Uses a connection of its own.
    public SshArguments alone() {
        return options("ControlMaster=no", "ControlPath=none");
    }

    /// The command line of a login without a command.
    public List<String> login(String user) {
        ArgumentCheck.refuse("login name", user);
        var all = new ArrayList<>(words);
        all.addAll(List.of("-l", user, "--", server.host()));
        return List.copyOf(all);
    }

    /// The command line with a remote command.
    public List<String> command(String user, String command) {
        var all = new ArrayList<>(login(user));
        all.add(command);
        return List.copyOf(all);
    }
}
