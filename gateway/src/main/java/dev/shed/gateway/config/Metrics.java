package dev.shed.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/// The section `metrics`: how programs on this host learn how the gateway is doing.
///
/// @param listen the address and port of the HTTP server; empty for none
public record Metrics(Optional<String> listen) {
    /// The defaults: nothing listens.
    public static final Metrics NONE = new Metrics(Optional.empty());

    public Metrics {
        Rule.LOOPBACK_PORT.require("metrics.listen", listen);
    }

    /// The address of the HTTP server; empty for none.
    public Optional<InetSocketAddress> address() {
        return listen.map(Metrics::parse);
    }

    /// Parses `127.0.0.1:9464` or `[::1]:9464`.
    ///
    /// @throws IllegalArgumentException if this is neither
    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        var host = text.substring(0, Math.max(colon, 0));
        var port = text.substring(colon + 1);
        if (!host.matches("127(\\.[0-9]{1,3}){3}|\\[::1]") || !port.matches("0|[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException(text);
        }
        return new InetSocketAddress(InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")), Integer.parseInt(port));
    }
}
