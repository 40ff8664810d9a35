package dev.shed.gateway.container.kubernetes;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the watches of an engine work. It outlives each of them, so that the log has one line
/// when they begin to fail and one when they work again, and none for each try in between.
final class WatchHealth {
    private static final Logger LOG = LoggerFactory.getLogger(WatchHealth.class);

    /// The paths that cannot be watched. Guarded by this.
    private final Set<String> failing = new HashSet<>();

    void fails(String path, Failure failure) {
        boolean first;
        synchronized (this) {
            first = failing.isEmpty();
            failing.add(path);
        }
        if (first) {
            LOG.atWarn()
                    .addKeyValue("path", path)
                    .addKeyValue("cause", FailureText.printable(failure.message()))
                    .addKeyValue("try", FailureText.printable(failure.hint()))
                    .log("the cluster cannot be watched: events of sheds come late, or not at all");
        }
    }

    void works(String path) {
        boolean last;
        synchronized (this) {
            last = failing.remove(path) && failing.isEmpty();
        }
        if (last) {
            LOG.atInfo().addKeyValue("path", path).log("the cluster is watched again");
        }
    }
}
