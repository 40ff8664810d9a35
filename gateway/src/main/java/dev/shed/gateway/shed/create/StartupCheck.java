package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerDetails.Ending;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.time.Duration;
import java.util.Optional;

/// Watches a container for a short time after its start. A main program that cannot run ends at once, and the
/// engine restarts it repeatedly.
///
/// @param moment how long to watch
record StartupCheck(ContainerEngine engine, Duration moment) {
    private static final Duration STEP = Duration.ofMillis(100);
    private static final int LOOKS = 10;

    /// Returns if the container has kept running. Otherwise fails with `SHED_NOT_READY`, the exit code and
    /// the last lines of the log.
    ///
    /// @param hint how to find out more
    void requireUp(Container container, String hint) {
        long end = System.nanoTime() + moment.toNanos();
        requireRunning(container, hint);
        while (System.nanoTime() < end && paused()) {
            requireRunning(container, hint);
        }
    }

    private void requireRunning(Container container, String hint) {
        var now = engine.find(container.shed())
                .filter(found -> found.id().equals(container.id()))
                .orElseThrow(() ->
                        new ShedException(Failure.shedNotFound(container.shed().value())));
        if (now.state() == Container.State.STOPPED || now.state() == Container.State.RESTARTING) {
            throw new ShedException(Failure.shedNotReady(
                    container.shed().value(), "its main program ended at once" + why(container), hint));
        }
    }

    private String why(Container container) {
        var ending = ending(container).map(Ending::words);
        var log = String.join(
                "; ", engine.lastLines(container).lines().map(String::strip).toList());
        return ending.map(words -> " (" + words + ")").orElse("") + (log.isEmpty() ? "" : ": " + log);
    }

    /// The exit code of the container. While the engine restarts it, it may be running and have none, so this
    /// looks several times.
    private Optional<Ending> ending(Container container) {
        var ending = engine.details(container).life().ending();
        for (int look = 0; look < LOOKS && ending.isEmpty() && paused(); look++) {
            ending = engine.details(container).life().ending();
        }
        return ending;
    }

    /// Waits for [#STEP]; false if interrupted, because the client has disconnected.
    private static boolean paused() {
        try {
            Thread.sleep(STEP);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
