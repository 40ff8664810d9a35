package dev.shed.gateway;

import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.metrics.HttpListener;
import dev.shed.gateway.metrics.HttpListener.Page;
import dev.shed.gateway.metrics.Readiness;
import java.io.IOException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Builds what programs on this host may ask over HTTP, if the configuration wants that.
final class Monitoring {
    private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);

    private Monitoring() {}

    /// Listens at `metrics.listen`; null if it is not set, and if the address cannot be bound: logins must not depend
    /// on it.
    ///
    /// @param listens whether clients can connect
    static @Nullable HttpListener openIfPossible(
            GatewayConfig config, ContainerEngine engine, BooleanSupplier listens) {
        var address = config.metrics().address();
        if (address.isEmpty()) {
            return null;
        }
        var readiness = new Readiness(listens, engine::version, config.state());
        try {
            return HttpListener.open(
                    address.get(), Map.of("/healthz", () -> Page.text(200, "ok\n"), "/readyz", readiness::page));
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("address", config.metrics().listen().orElseThrow())
                    .addKeyValue("problem", e.toString())
                    .log("no metrics: the address cannot be bound");
            return null;
        }
    }
}
