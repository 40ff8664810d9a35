package dev.shed.gateway;

import dev.shed.gateway.config.GatewayConfig;
import dev.shed.gateway.config.Metrics;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a [WireGateway] is started with, where that is not the usual.
///
/// @param access null for the one key of the test
/// @param options of that key's line
record WireSetup(
        GatewayConfig.@Nullable Access access,
        String options,
        UnaryOperator<GatewayConfig.Ssh> tuning,
        GatewayConfig.Algorithms algorithms,
        GatewayConfig.Forwarding forwarding,
        GatewayConfig.Listen listen,
        GatewayConfig.Strangers strangers,
        GatewayConfig.Recording recording,
        Metrics metrics) {
    static final WireSetup USUAL = new WireSetup(
            null,
            "",
            UnaryOperator.identity(),
            GatewayConfig.Algorithms.ALL,
            new GatewayConfig.Forwarding(20, 30, "loopback", "keep", "refuse"),
            new GatewayConfig.Listen("127.0.0.1", 0, List.of()),
            WireGateway.STRANGERS,
            GatewayConfig.Recording.NONE,
            Metrics.NONE);

    WireSetup with(GatewayConfig.Access other) {
        return new WireSetup(other, options, tuning, algorithms, forwarding, listen, strangers, recording, metrics);
    }

    WireSetup with(String other, UnaryOperator<GatewayConfig.Ssh> otherTuning) {
        return new WireSetup(access, other, otherTuning, algorithms, forwarding, listen, strangers, recording, metrics);
    }

    WireSetup with(GatewayConfig.Algorithms other) {
        return new WireSetup(access, options, tuning, other, forwarding, listen, strangers, recording, metrics);
    }

    WireSetup with(GatewayConfig.Forwarding other) {
        return new WireSetup(access, options, tuning, algorithms, other, listen, strangers, recording, metrics);
    }

    WireSetup with(GatewayConfig.Listen otherListen, GatewayConfig.Strangers other) {
        return new WireSetup(access, options, tuning, algorithms, forwarding, otherListen, other, recording, metrics);
    }

    WireSetup with(GatewayConfig.Recording other) {
        return new WireSetup(access, options, tuning, algorithms, forwarding, listen, strangers, other, metrics);
    }

    WireSetup with(Metrics other) {
        return new WireSetup(access, options, tuning, algorithms, forwarding, listen, strangers, recording, other);
    }
}
