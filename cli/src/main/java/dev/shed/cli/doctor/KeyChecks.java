package dev.shed.cli.doctor;

import dev.shed.cli.call.Call;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.server.Server;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import dev.shed.cli.sshconfig.HostOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Checks the keys that ssh can use: those in the agent and in files.
final class KeyChecks {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Set<PosixFilePermission> READING = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_WRITE);

    private final Call call;

    KeyChecks(Call call) {
        this.call = call;
    }

    List<Check> look() throws IOException, InterruptedException {
        var checks = new ArrayList<Check>();
        var seen = new ArrayList<String>();
        var agent = SshProcess.ask(new SshCommand(List.of("ssh-add", "-l")), PATIENCE);
        if (agent.status() == 0) {
            seen.add("keys in the agent: " + agent.out().lines().count());
        } else if (call.variable("SSH_AUTH_SOCK").isPresent() && agent.status() != 1) {
            checks.add(Check.warn(
                    "keys", "SSH_AUTH_SOCK names an agent that does not answer", "eval \"$(ssh-agent)\"", "ssh-add"));
        }
        for (var file : files()) {
            if (isOpen(file)) {
                checks.add(Check.warn(
                        "keys", "ssh ignores " + file + ": it is readable by other users", "chmod 600 " + file));
            } else {
                seen.add(file.toString());
            }
        }
        checks.add(
                seen.isEmpty()
                        ? Check.fail(
                                "keys",
                                CliFailure.Code.LOGIN_REFUSED,
                                "ssh has no key to log in with",
                                "ssh-keygen -t ed25519")
                        : Check.ok("keys", String.join(", ", seen)));
        return checks;
    }

    /// The key files that ssh would try for any of the servers.
    private List<Path> files() throws IOException, InterruptedException {
        var servers = call.settings().servers().values();
        var hosts = servers.stream().map(Server::host).toList();
        var files = new ArrayList<Path>();
        servers.stream()
                .flatMap(server -> server.identity().stream())
                .filter(Files::isRegularFile)
                .forEach(files::add);
        for (var host : hosts.isEmpty() ? List.of("localhost") : hosts) {
            for (var name : HostOptions.ask(host).all("IdentityFile")) {
                var file = expanded(name);
                if (Files.isRegularFile(file) && !files.contains(file)) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    private static Path expanded(String name) {
        var bare = name.startsWith("\"") && name.endsWith("\"") ? name.substring(1, name.length() - 1) : name;
        return bare.startsWith("~/") ? Path.of(System.getProperty("user.home"), bare.substring(2)) : Path.of(bare);
    }

    private static boolean isOpen(Path file) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view != null && view.readAttributes().permissions().stream().anyMatch(READING::contains);
    }
}
