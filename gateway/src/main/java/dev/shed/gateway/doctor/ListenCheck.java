package dev.shed.gateway.doctor;

import dev.shed.gateway.config.GatewayConfig.Listen;
import dev.shed.gateway.failure.ShedException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The address on which the gateway listens.
///
/// @param requireFree fails with `CONFIG` if the address cannot be bound now
/// @param runs whether the gateway of this configuration runs, so that the address is its own
public record ListenCheck(Listen listen, Consumer<Listen> requireFree, BooleanSupplier runs) implements Check {
    @Override
    public String about() {
        return "listen";
    }

    @Override
    public List<Finding> examine() {
        var where = listen.address() + " port " + listen.port();
        if (runs.getAsBoolean()) {
            return List.of(Finding.ok("the gateway of this configuration runs; it listens on " + where
                    + " unless that was changed since"));
        }
        try {
            requireFree.accept(listen);
            return List.of(Finding.ok("no gateway of this configuration runs yet; " + where
                    + " is free (to start it: systemctl start shed-gateway, or scripts/up in a clone)"));
        } catch (ShedException e) {
            var message = e.failure().message();
            return List.of(Finding.error(message, cure(message).toArray(String[]::new)));
        }
    }

    private List<String> cure(String message) {
        if (message.contains("Permission denied")) {
            return List.of(
                    "# only root may listen there; set another listen.port, or in the unit:",
                    "# AmbientCapabilities=CAP_NET_BIND_SERVICE");
        }
        if (message.contains("in use")) {
            return List.of(
                    "# who listens there; end that program, or set another listen.port:",
                    "ss -ltnp 'sport = :" + listen.port() + "'");
        }
        return List.of("# listen.address must be one of these, 0.0.0.0 or :: :", "ip -brief address");
    }
}
