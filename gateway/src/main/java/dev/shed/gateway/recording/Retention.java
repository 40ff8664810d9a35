package dev.shed.gateway.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes what is too old, and then the oldest files until the rest is small enough.
///
/// @param settings how old, and how small
record Retention(Recordings.Settings settings, Clock clock) {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private record Kept(Path path, Instant written, long size) {}

    /// @param inUse what is being written to, and stays
    void apply(Collection<Path> inUse) {
        try {
            long total = 0;
            var oldest = clock.instant().minus(settings.keep());
            for (var file : newestFirst()) {
                total += file.size();
                boolean goes = file.written().isBefore(oldest) || total > settings.maxTotal();
                if (goes && !inUse.contains(file.path())) {
                    Files.deleteIfExists(file.path());
                    total -= file.size();
                }
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", settings.directory())
                    .setCause(e)
                    .log("old recordings stay");
        }
    }

    private List<Kept> newestFirst() throws IOException {
        var files = new ArrayList<Kept>();
        for (var path : RecordingList.files(settings.directory())) {
            files.add(new Kept(path, Files.getLastModifiedTime(path).toInstant(), Files.size(path)));
        }
        files.sort(Comparator.comparing(Kept::written).reversed());
        return files;
    }
}
