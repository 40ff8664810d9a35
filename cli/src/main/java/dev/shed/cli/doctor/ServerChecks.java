package dev.shed.cli.doctor;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.shed.cli.call.Call;
import dev.shed.cli.call.Version;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.login.SshTrouble;
import dev.shed.cli.server.Server;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Checks that each server answers, has the known host key and accepts a login; and its version and clock.
final class ServerChecks {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// A larger difference makes certificates, `expiry-time=` and "2h ago" wrong.
    private static final Duration SKEW = Duration.ofSeconds(30);

    /// The version of a gateway that was started from class files.
    private static final String UNRELEASED = "development";

    /// Maven's suffix for a version that has not been released.
    private static final String UNFINISHED = "-SNAPSHOT";

    private final Call call;

    ServerChecks(Call call) {
        this.call = call;
    }

    /// Checks all servers at the same time.
    List<Check> look(Collection<Server> servers) throws IOException, InterruptedException {
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var looks = servers.stream()
                    .map(server -> tasks.submit((Callable<List<Check>>) () -> look(server)))
                    .toList();
            var checks = new ArrayList<Check>();
            for (var look : looks) {
                checks.addAll(result(look));
            }
            return checks;
        }
    }

    private static List<Check> result(Future<List<Check>> look) throws IOException, InterruptedException {
        try {
            return look.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CliFailure failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        }
    }

    private List<Check> look(Server server) throws IOException, InterruptedException {
        var about = "server " + server.name();
        var ssh = call.ssh(server).alone().unattended().options("ConnectTimeout=" + PATIENCE.toSeconds());
        var asked = Instant.now();
        var answer = SshProcess.ask(new SshCommand(ssh.command(Lobby.LOGIN, "version --json")), PATIENCE);
        var took = Duration.between(asked, Instant.now());
        if (answer.status() != 0) {
            return List.of(new SshTrouble(call, server)
                    .find()
                    .map(failure -> Check.fail(about, failure))
                    .orElseGet(() -> Check.warn(about, "answered only on the second attempt", "shed doctor")));
        }
        return judge(about, answer.out(), asked.plus(took.dividedBy(2)), took);
    }

    private static boolean isOurs(String version) {
        return version.equals(Version.OWN) || version.equals(Version.OWN + UNFINISHED) || version.equals(UNRELEASED);
    }

    /// @param here this machine's time when the answer was made, approximately
    /// @param took how long the answer took, which is the error of `here`
    static List<Check> judge(String about, String out, Instant here, Duration took) {
        var json = read(out);
        var version = Printable.of(String.valueOf(json.getOrDefault("gateway", "?")));
        var checks = new ArrayList<Check>();
        checks.add(
                isOurs(version)
                        ? Check.ok(about, "gateway " + version + ", answers in " + took.toMillis() + " ms")
                        : Check.warn(
                                about,
                                "gateway " + version + ", and this client is " + Version.OWN,
                                "install the same version at both ends"));
        if (json.containsKey("engine") && json.get("engine") == null) {
            checks.add(Check.warn(about, "its container engine does not answer", "tell the gateway's administrator"));
        }
        clock(about, String.valueOf(json.get("time")), here, took).forEach(checks::add);
        return checks;
    }

    private static List<Check> clock(String about, String time, Instant here, Duration took) {
        try {
            var off = Duration.between(here, Instant.parse(time));
            boolean far = off.abs().compareTo(SKEW.plus(took.dividedBy(2))) > 0;
            return far
                    ? List.of(Check.warn(
                            about,
                            "its clock is " + off.abs().toSeconds() + " s " + (off.isNegative() ? "behind" : "ahead of")
                                    + " this machine's",
                            "correct the clock that is wrong (NTP)"))
                    : List.of();
        } catch (DateTimeException _) {
            return List.of(); // an old gateway that does not report the time
        }
    }

    private static Map<String, Object> read(String out) {
        try {
            return JSON.std.mapFrom(out);
        } catch (IOException _) {
            return Map.of();
        }
    }
}
