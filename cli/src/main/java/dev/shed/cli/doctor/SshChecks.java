package dev.shed.cli.doctor;

import dev.shed.cli.call.Version;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import dev.shed.cli.text.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Checks the client itself and its ssh.
final class SshChecks {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Pattern OPENSSH = Pattern.compile("OpenSSH_(?:for_Windows_)?(\\d+)\\.(\\d+)\\S*");

    /// The first OpenSSH (7.6) with the options that the client uses: `RemoteCommand`,
    /// `StrictHostKeyChecking=accept-new`, `ssh -G`.
    private static final int OLDEST = 706;

    /// Key exchanges that protect a connection that is recorded today against a future quantum computer.
    private static final List<String> POST_QUANTUM = List.of("mlkem768x25519-sha256", "sntrup761x25519-sha512");

    private SshChecks() {}

    static List<Check> look() throws InterruptedException {
        var checks = new ArrayList<Check>();
        checks.add(Check.ok(
                "client",
                "shed " + Version.OWN + ", Java " + Runtime.version().feature() + ", " + System.getProperty("os.name")
                        + " " + System.getProperty("os.arch")));
        var version = SshProcess.ask(new SshCommand(List.of("ssh", "-V")), PATIENCE);
        checks.add(version(version.status() == 0, (version.err() + version.out()).strip()));
        if (version.status() == 0) {
            keyExchange().ifPresent(checks::add);
        }
        return checks;
    }

    static Check version(boolean runs, String said) {
        if (!runs) {
            return Check.fail(
                    "ssh",
                    CliFailure.Code.CONFIG,
                    "there is no working ssh on the PATH: " + Printable.of(said),
                    "install OpenSSH's client (package openssh-client)");
        }
        var match = OPENSSH.matcher(said);
        if (!match.find()) {
            return Check.warn("ssh", Printable.of(said) + " is not OpenSSH", "put OpenSSH's ssh first on the PATH");
        }
        int version = Integer.parseInt(match.group(1)) * 100 + Integer.parseInt(match.group(2));
        return version < OLDEST
                ? Check.fail(
                        "ssh", CliFailure.Code.CONFIG, match.group() + " is too old", "install OpenSSH 7.6 or later")
                : Check.ok("ssh", match.group());
    }

    private static Optional<Check> keyExchange() throws InterruptedException {
        var answer = SshProcess.ask(new SshCommand(List.of("ssh", "-Q", "kex")), PATIENCE);
        boolean safe =
                answer.out().lines().anyMatch(line -> POST_QUANTUM.stream().anyMatch(line::startsWith));
        return answer.status() != 0 || safe
                ? Optional.empty()
                : Optional.of(
                        Check.warn("ssh", "this ssh has no post-quantum key exchange", "install OpenSSH 9.0 or later"));
    }
}
