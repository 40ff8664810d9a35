package dev.shed.gateway;

import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.lifecycle.Sheds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Cleans up after a gateway that was killed: hangs up its processes and removes half-created sheds.
final class CleanUp {
    private static final Logger LOG = LoggerFactory.getLogger(CleanUp.class);

    private CleanUp() {}

    /// Runs in the background, so that logins need not wait, and a stopped engine is asked again when it is
    /// back. It starts before the server is built, so that the connection to the engine is open when the
    /// first login needs it.
    static void start(ContainerRuntime runtime, Sheds sheds) {
        inBackground("earlier-life", runtime::takeOver);
        inBackground("half-made-sheds", sheds::undoAbandoned);
    }

    private static void inBackground(String what, Runnable task) {
        Thread.ofVirtual().name(what).start(() -> {
            try {
                task.run();
            } catch (ShedException e) {
                LOG.atWarn()
                        .addKeyValue("what", what)
                        .addKeyValue("failure", e.getMessage())
                        .log("not cleaned up");
            }
        });
    }
}
