package dev.shed.gateway.metrics;

import dev.shed.gateway.metrics.HttpListener.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Whether a login would succeed: the gateway listens, its engine answers, and its state directory can be written.
/// The reasons are in the log and in `shed-gateway status`, since everybody on the host can read this page.
public final class Readiness {
    /// How long an answer of the engine or of the disk counts. Whoever asks more often gets the same answer.
    private static final Duration VALIDITY = Duration.ofSeconds(5);

    /// How long the page waits for an answer. Load balancers and Prometheus wait 10 s or less.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final BooleanSupplier listens;
    private final Cached<Boolean> engine;
    private final Cached<Boolean> state;

    /// @param listens whether clients can connect
    /// @param engine asks the engine something; throws if it does not answer
    /// @param directory the state directory
    public Readiness(BooleanSupplier listens, Runnable engine, Path directory) {
        this.listens = listens;
        this.engine = new Cached<>("engine", VALIDITY, PATIENCE, () -> succeeds(engine));
        this.state = new Cached<>("state", VALIDITY, PATIENCE, () -> succeeds(() -> write(directory)));
    }

    /// Whether each of them is as it should be, by its name.
    public Map<String, Boolean> checks() {
        var checks = new LinkedHashMap<String, Boolean>();
        checks.put("listener", listens.getAsBoolean());
        checks.put("engine", engine.get().orElse(false));
        checks.put("state", state.get().orElse(false));
        return checks;
    }

    /// A line for each check, with status 200 if all are well, else 503.
    public Page page() {
        var checks = checks();
        var text = new StringBuilder();
        checks.forEach((name, well) -> text.append(name).append(well ? " ok\n" : " failed\n"));
        return Page.text(checks.containsValue(false) ? 503 : 200, text.toString());
    }

    private static boolean succeeds(Runnable check) {
        check.run();
        return true;
    }

    private static void write(Path directory) {
        try {
            var file = directory.resolve("ready.tmp");
            try {
                Files.write(file, new byte[1024]);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
