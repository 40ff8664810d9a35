package dev.shed.gateway.recording;

import dev.shed.gateway.failure.FileProblem;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Recordings that could not begin, or ended early. Others ask for them while they are counted.
final class RecordingFailures {
    private final AtomicLong count = new AtomicLong();

    private volatile @Nullable String problem;

    void failed(IOException why) {
        count.incrementAndGet();
        // Without the file's name, which is that of a shed.
        problem = FileProblem.words(why);
    }

    /// Another one was written, so whatever was in the way is gone.
    void worked() {
        if (problem != null) {
            problem = null;
        }
    }

    Recordings.Failures now() {
        return new Recordings.Failures(count.get(), Optional.ofNullable(problem));
    }
}
