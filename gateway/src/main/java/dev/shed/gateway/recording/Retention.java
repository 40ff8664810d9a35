package dev.shed.gateway.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes files that are too old. While the rest takes too much space, it then removes the oldest file of
/// the shed with the most bytes. A shed that floods its terminal so loses its own recordings, not those of
/// others.
///
/// @param settings the limits on age and size
record Retention(Recordings.Settings settings, Clock clock) {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    /// The space that a small file takes on a disk, in bytes.
    private static final long BLOCK = 4096;

    private record Kept(Path path, Instant written, long size) {
        /// The shed's name ends at the first `+`, which names cannot contain.
        String shed() {
            return path.getFileName().toString().split("\\+", 2)[0];
        }
    }

    /// The files of one shed.
    private static final class Holding {
        private final Deque<Kept> oldestFirst = new ArrayDeque<>();
        private long size;

        boolean canShrink() {
            return !oldestFirst.isEmpty();
        }
    }

    /// @param inUse the files that are being written, which are kept
    void apply(Collection<Path> inUse) {
        try {
            var holdings = new HashMap<String, Holding>();
            for (var file : withoutOld(inUse)) {
                var holding = holdings.computeIfAbsent(file.shed(), _ -> new Holding());
                holding.size += file.size();
                if (!inUse.contains(file.path())) {
                    holding.oldestFirst.add(file);
                }
            }
            shrink(holdings);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", settings.directory())
                    .setCause(e)
                    .log("old recordings not removed");
        }
    }

    private void shrink(Map<String, Holding> holdings) throws IOException {
        long total = holdings.values().stream().mapToLong(each -> each.size).sum();
        for (var next = largest(holdings); total > settings.maxTotal() && next.isPresent(); next = largest(holdings)) {
            var gone = next.get().oldestFirst.remove();
            Files.deleteIfExists(gone.path());
            next.get().size -= gone.size();
            total -= gone.size();
        }
    }

    private static Optional<Holding> largest(Map<String, Holding> holdings) {
        return holdings.values().stream()
                .filter(Holding::canShrink)
                .max(Comparator.comparingLong(holding -> holding.size));
    }

    /// The files that are not too old, oldest first; removes the others.
    private List<Kept> withoutOld(Collection<Path> inUse) throws IOException {
        var oldest = clock.instant().minus(settings.keep());
        var files = new ArrayList<Kept>();
        for (var path : RecordingList.files(settings.directory())) {
            var written = Files.getLastModifiedTime(path).toInstant();
            if (written.isBefore(oldest) && !inUse.contains(path)) {
                Files.deleteIfExists(path);
            } else {
                files.add(new Kept(path, written, Math.max(Files.size(path), BLOCK)));
            }
        }
        files.sort(Comparator.comparing(Kept::written));
        return files;
    }
}
