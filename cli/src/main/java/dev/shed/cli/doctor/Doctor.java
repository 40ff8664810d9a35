package dev.shed.cli.doctor;

import dev.shed.cli.call.Call;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.server.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Runs all checks, in the order in which they depend on each other.
public final class Doctor {
    private final Call call;
    private final Optional<Server> only;

    /// @param only the server to check; empty for all
    public Doctor(Call call, Optional<Server> only) {
        this.call = call;
        this.only = only;
    }

    /// A group of checks with the same subject.
    @FunctionalInterface
    private interface Look {
        List<Check> look() throws IOException, InterruptedException;
    }

    public List<Check> examine() throws InterruptedException {
        var checks = new ArrayList<Check>();
        checks.addAll(guarded("ssh", SshChecks::look));
        checks.addAll(guarded("files", () -> new FileChecks(call).look()));
        checks.addAll(guarded("keys", () -> new KeyChecks(call).look()));
        checks.addAll(guarded("ssh-config", () -> new SshConfigChecks(call).look()));
        checks.addAll(guarded("terminal", () -> new TerminalChecks(call).look()));
        checks.addAll(guarded("servers", () -> new ServerChecks(call).look(servers())));
        return checks;
    }

    private Collection<Server> servers() throws IOException {
        return only.isPresent()
                ? List.of(only.get())
                : call.settings().servers().values();
    }

    /// Runs a group of checks. If it throws, the failure becomes its result, so that the others still run.
    private static List<Check> guarded(String about, Look look) throws InterruptedException {
        try {
            return look.look();
        } catch (CliFailure e) {
            return List.of(Check.fail(about, e));
        } catch (IOException e) {
            return List.of(Check.fail(about, CliFailure.Code.CONFIG, String.valueOf(e)));
        }
    }
}
