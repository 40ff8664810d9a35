package dev.shed.gateway.doctor;

import dev.shed.gateway.failure.FileProblem;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs checks at the same time, so that one that hangs or fails does not delay the others.
///
/// @param limit on all of them
public record Doctor(List<Check> checks, Duration limit) {
    public Doctor {
        checks = List.copyOf(checks);
    }

    /// A finding with the subject of its check.
    public record Row(String about, Finding finding) {}

    /// Returns what was found, in the order of the checks.
    public List<Row> examine() throws InterruptedException {
        var begun = checks.stream().map(Doctor::begin).toList();
        long end = System.nanoTime() + limit.toNanos();
        var rows = new ArrayList<Row>();
        for (int i = 0; i < begun.size(); i++) {
            var about = checks.get(i).about();
            findings(begun.get(i), end).forEach(finding -> rows.add(new Row(about, finding)));
        }
        return rows;
    }

    /// On a daemon thread of the operating system's: the resolver and some file systems block a thread without end.
    private static FutureTask<List<Finding>> begin(Check check) {
        var task = new FutureTask<>(check::examine);
        Thread.ofPlatform().daemon().name("check/" + check.about()).start(task);
        return task;
    }

    private List<Finding> findings(FutureTask<List<Finding>> task, long end) throws InterruptedException {
        try {
            return task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            task.cancel(true);
            return List.of(Finding.error(
                    "this check has not ended within " + limit.toSeconds() + " s; a file system or a resolver may hang",
                    "dmesg --ctime | tail -n 20"));
        } catch (ExecutionException e) {
            return List.of(failed(e.getCause() == null ? e : e.getCause()));
        }
    }

    private static Finding failed(Throwable cause) {
        return switch (cause) {
            case ShedException known -> Finding.error(known.failure());
            case IOException e -> Finding.error(FileProblem.words(e), "# look at the file or address in the message");
            default -> Finding.error("a defect of this check: " + cause, "# report it, please");
        };
    }
}
