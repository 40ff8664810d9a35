package dev.shed.cli.doctor;

import dev.shed.cli.call.Call;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.server.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// All checks, in the order in which one depends on another.
public final class Doctor {
    private final Call call;
    private final Optional<Server> only;

    /// @param only the server to look at; without it all
    public Doctor(Call call, Optional<Server> only) {
        this.call = call;
        this.only = only;
    }

    /// Some that look at one thing.
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

    /// What keeps one from being looked at is told in its place; the others go on.
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
