package dev.shed.gateway;

import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.audit.CountingAuditLog;
import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.metrics.GatewayMetrics;
import dev.shed.gateway.metrics.Gauges;
import dev.shed.gateway.metrics.HttpListener;
import dev.shed.gateway.metrics.HttpListener.Page;
import dev.shed.gateway.metrics.Readiness;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.recording.Recordings;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.ssh.connection.LoginStage;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Builds what programs on this host may ask over HTTP, and passes to it what the parts of the gateway tell. Without
/// `metrics.listen` nothing is counted, and no class of Micrometer is loaded.
final class Monitoring {
    private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);

    /// Null if nothing is counted.
    private final @Nullable GatewayMetrics metrics;

    private Monitoring(@Nullable GatewayMetrics metrics) {
        this.metrics = metrics;
    }

    /// The parts that are asked.
    ///
    /// @param listens whether clients can connect
    record Parts(
            CountingAuditLog audit,
            ContainerAccess containers,
            Sheds sheds,
            SessionQuery query,
            Supplier<Recordings.Failures> recordings,
            BooleanSupplier listens) {}

    static Monitoring of(GatewayConfig config) {
        return new Monitoring(config.metrics().address().isPresent() ? new GatewayMetrics() : null);
    }

    AuditLog measured(AuditLog log) {
        return metrics == null ? log : metrics.measured(log);
    }

    LoginStage.Listener stages() {
        var known = metrics;
        return known == null ? (_, _) -> {} : (stage, took) -> known.loginStage(stage.word(), took);
    }

    BiConsumer<String, Duration> engineRequests() {
        var known = metrics;
        return known == null ? (_, _) -> {} : known::engineRequest;
    }

    BiConsumer<String, Duration> porterStarts() {
        var known = metrics;
        return known == null ? (_, _) -> {} : known::porterStart;
    }

    /// Listens at `metrics.listen`; null if it is not set, and if the address cannot be bound: logins must not depend
    /// on it.
    @Nullable
    HttpListener openIfPossible(GatewayConfig config, Parts parts) {
        var address = config.metrics().address();
        if (metrics == null || address.isEmpty()) {
            return null;
        }
        try {
            return HttpListener.open(address.get(), pages(metrics, config, parts));
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("address", config.metrics().listen().orElseThrow())
                    .addKeyValue("problem", e.toString())
                    .log("no metrics: the address cannot be bound");
            return null;
        }
    }

    private static Map<String, Supplier<Page>> pages(GatewayMetrics metrics, GatewayConfig config, Parts parts) {
        var engine = parts.containers().engine();
        var readiness = new Readiness(parts.listens(), engine::version, config.state());
        var gauges = new Gauges(
                metrics,
                new Gauges.Parts(
                        Gateway.version(),
                        parts.audit(),
                        readiness,
                        parts.containers().runtime(),
                        parts.sheds(),
                        parts.query(),
                        () -> parts.recordings().get().count()));
        return Map.of("/healthz", () -> Page.text(200, "ok\n"), "/readyz", readiness::page, "/metrics", gauges::page);
    }
}
