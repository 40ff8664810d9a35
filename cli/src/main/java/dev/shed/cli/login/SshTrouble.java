package dev.shed.cli.login;

import dev.shed.cli.call.Call;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.server.Server;
import dev.shed.cli.ssh.HostKey;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Diagnoses a failed login: it tries once more with ssh's log on. OpenSSH's messages are English in every
/// locale.
public final class SshTrouble {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern OFFERED =
            Pattern.compile("debug1: Offering public key: (.+?) (\\S+) (SHA256:\\S+)(.*)");

    private final Call call;
    private final Server server;

    public SshTrouble(Call call, Server server) {
        this.call = call;
        this.server = server;
    }

    /// A key that ssh has offered.
    ///
    /// @param source a file, or the comment of a key in the agent
    /// @param fingerprint `SHA256:…`
    record Offer(String source, String fingerprint) {}

    /// Tries to log in to the lobby; empty if that succeeds.
    public Optional<CliFailure> find() throws IOException, InterruptedException {
        var ssh = call.ssh(server).alone().options("BatchMode=yes", "LogLevel=DEBUG1", "ConnectTimeout=5");
        var answer = SshProcess.ask(new SshCommand(ssh.command(Lobby.LOGIN, "version")), PATIENCE);
        return answer.status() == 0 ? Optional.empty() : Optional.of(explain(answer));
    }

    /// The failure for a connection that has ended: why a new login fails, or that it would now succeed.
    public CliFailure unreachable() throws IOException, InterruptedException {
        return find().orElseGet(() -> new CliFailure(
                CliFailure.Code.SERVER_UNREACHABLE,
                "server '" + server.name() + "' closed the connection; it answers now"));
    }

    private CliFailure explain(SshProcess.Answer answer) throws IOException, InterruptedException {
        var log = answer.err();
        if (log.contains("REMOTE HOST IDENTIFICATION HAS CHANGED") || log.contains("Host key verification failed")) {
            return hostKey();
        }
        if (log.contains("Permission denied")) {
            return refused(offers(log));
        }
        var reason = answer.status() == SshProcess.TIMED_OUT
                ? "no answer within " + PATIENCE.toSeconds() + " s"
                : reason(log);
        return new CliFailure(
                CliFailure.Code.SERVER_UNREACHABLE,
                "server '" + server.name() + "' (" + server.host() + ", port " + server.port() + ") does not answer: "
                        + reason,
                hints(reason));
    }

    private static String[] hints(String reason) {
        var start = "on its host, to start it: systemctl start shed-gateway, or scripts/up in the clone";
        return reason.contains("Connection refused")
                ? new String[] {start, "shed server list"}
                : new String[] {"shed server list"};
    }

    static List<Offer> offers(String log) {
        var offers = new ArrayList<Offer>();
        log.lines().forEach(line -> {
            var match = OFFERED.matcher(line);
            if (match.lookingAt()) {
                offers.add(new Offer(match.group(1), match.group(3)));
            }
        });
        return offers;
    }

    /// The last line that is not a debug message.
    static String reason(String log) {
        return Printable.of(log.lines()
                .filter(line -> !line.startsWith("debug") && !line.startsWith("OpenSSH_") && !line.isBlank())
                .reduce((_, last) -> last)
                .orElse("ssh printed no message"));
    }

    private CliFailure refused(List<Offer> offers) {
        if (offers.isEmpty()) {
            return noKey();
        }
        var tried = offers.stream()
                .map(offer -> offer.fingerprint() + " (" + Printable.of(offer.source()) + ")")
                .toList();
        var hints = new ArrayList<String>();
        hints.add("on the gateway's host, append this line to the file 'access.authorized-keys' of its configuration:");
        hints.add(offers.stream()
                .flatMap(offer -> publicKey(offer).stream())
                .findFirst()
                .orElse("the public key " + offers.getFirst().fingerprint()));
        return new CliFailure(
                CliFailure.Code.LOGIN_REFUSED,
                "server '" + server.name() + "' refused the login; the keys offered were " + String.join(", ", tried),
                hints.toArray(String[]::new));
    }

    private CliFailure noKey() {
        var refused = "server '" + server.name() + "' refused the login: ";
        return server.identity()
                .filter(file -> !Files.isReadable(file))
                .map(file -> new CliFailure(
                        CliFailure.Code.LOGIN_REFUSED,
                        refused + "its key " + Printable.of(file.toString()) + " cannot be read",
                        server.withIdentity(Optional.empty()).addLine("--identity", "FILE")))
                .orElseGet(() -> new CliFailure(
                        CliFailure.Code.LOGIN_REFUSED,
                        refused + "ssh has no key to offer",
                        server.withIdentity(Optional.empty()).addLine("--identity", "FILE")
                                + "   # a key that ssh does not find itself",
                        "ssh-keygen -t ed25519"));
    }

    private static Optional<String> publicKey(Offer offer) {
        var file = Path.of(offer.source() + ".pub");
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Printable.of(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private CliFailure hostKey() throws IOException, InterruptedException {
        var shown = new HostKeyQuestion(call, server).ask();
        var known = call.knownHosts().alike(shown).stream()
                .map(HostKey::fingerprint)
                .toList();
        var now = shown.stream().map(HostKey::fingerprint).toList();
        if (known.isEmpty()) {
            return new CliFailure(
                    CliFailure.Code.HOST_KEY_CHANGED,
                    "no host key of server '" + server.name() + "' is accepted yet; it shows " + String.join(", ", now),
                    again(now));
        }
        return new CliFailure(
                CliFailure.Code.HOST_KEY_CHANGED,
                "the host key of server '" + server.name() + "' HAS CHANGED from " + String.join(", ", known) + " to "
                        + String.join(", ", now)
                        + ". Somebody may be intercepting the connection, or the gateway was reinstalled; nothing was"
                        + " sent to it",
                "ask the gateway's administrator for its fingerprint; if it is the new one:",
                again(now));
    }

    private String again(List<String> fingerprints) {
        var fingerprint = fingerprints.isEmpty() ? "SHA256:…" : fingerprints.getFirst();
        return server.addLine("--fingerprint", fingerprint);
    }
}
