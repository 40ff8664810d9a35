package dev.shed.gateway.recording;

import dev.shed.gateway.failure.FileProblem;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Counts recordings that could not begin or ended early. Thread-safe.
final class RecordingFailures {
    private final AtomicLong count = new AtomicLong();

    private volatile @Nullable String problem;

    void failed(IOException why) {
        count.incrementAndGet();
        // Without the file's name, which contains the name of a shed.
        problem = FileProblem.words(why);
    }

    /// Another recording was written, so the problem is solved.
    void worked() {
        if (problem != null) {
            problem = null;
        }
    }

    Recordings.Failures now() {
        return new Recordings.Failures(count.get(), Optional.ofNullable(problem));
    }
}
