package dev.shed.gateway.doctor;

import dev.shed.gateway.container.EngineProbe;
import dev.shed.gateway.failure.ShedException;
import java.util.List;

/// The cluster: whether its API server answers, and what the gateway may do there.
public record ClusterCheck(EngineProbe probe) implements Check {
    @Override
    public String about() {
        return "engine";
    }

    @Override
    public List<Finding> examine() {
        try {
            var engine = probe.engine();
            var missing = probe.missingRights();
            return List.of(
                    missing.isEmpty()
                            ? Finding.ok(engine.name() + " answers, and its role allows what the gateway does")
                            : Finding.error(
                                    engine.name() + " answers, but the gateway's role lacks: "
                                            + String.join(", ", missing),
                                    "# docs/kubernetes.md has the whole role"));
        } catch (ShedException e) {
            return List.of(Finding.error(e.failure().message(), probe.cures().failing()));
        }
    }
}
