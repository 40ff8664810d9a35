package dev.shed.cli.doctor;

import dev.shed.cli.Call;
import dev.shed.cli.CliFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// All checks, in the order in which one depends on another.
public final class Doctor {
    private final Call call;

    public Doctor(Call call) {
        this.call = call;
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
        checks.addAll(guarded("servers", () -> new ServerChecks(call).look()));
        return checks;
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
