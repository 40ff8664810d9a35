package dev.shed.cli.login;

import dev.shed.cli.call.Call;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.AtomicFile;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.server.Server;
import dev.shed.cli.ssh.HostKey;
import dev.shed.cli.ssh.KnownHosts;
import dev.shed.cli.ssh.SshArguments;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/// Fetches the host key of a server without trusting it. It uses ssh itself, so that aliases, proxies and
/// jump hosts in `~/.ssh/config` apply, and offers no key of the user's.
public final class HostKeyQuestion {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Call call;
    private final Server server;

    public HostKeyQuestion(Call call, Server server) {
        this.call = call;
        this.server = server;
    }

    /// The keys that the server presents, under the name by which ssh will look them up.
    public List<HostKey> ask() throws IOException, InterruptedException {
        AtomicFile.directory(call.home().directory());
        var file = Files.createTempFile(call.home().directory(), ".host-key-", "");
        try {
            Files.delete(file); // ssh creates the file; only its name is needed
            var ssh = SshArguments.toStranger(server, file)
                    .alone()
                    .unattended()
                    .options("PreferredAuthentications=none", "ConnectTimeout=10");
            var answer = SshProcess.ask(new SshCommand(ssh.command(Lobby.LOGIN, "version")), PATIENCE);
            var keys = new KnownHosts(file).keys();
            if (keys.isEmpty()) {
                throw noHostKey(answer);
            }
            return keys;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private CliFailure noHostKey(SshProcess.Answer answer) {
        var reason = answer.status() == SshProcess.TIMED_OUT ? "no answer" : SshTrouble.reason(answer.err());
        return new CliFailure(
                CliFailure.Code.SERVER_UNREACHABLE,
                server.host() + ", port " + server.port() + " did not show a host key: " + reason,
                "check that the gateway is running and listens on this port, which its configuration sets with"
                        + " listen.port");
    }
}
