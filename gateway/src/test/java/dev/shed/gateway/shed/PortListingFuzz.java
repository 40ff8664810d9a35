package dev.shed.gateway.shed;

import java.nio.charset.StandardCharsets;

/// Fuzz target: what a shed says of its listening sockets.
public final class PortListingFuzz {
    private PortListingFuzz() {}

    /// Reads one input; throws what no input may lead to.
    public static void fuzzerTestOneInput(byte[] input) {
        var text = new String(input, StandardCharsets.UTF_8);
        for (var port : PortListing.parse(text)) {
            if (port.port() < 0 || port.port() > 0xffff) {
                throw new AssertionError("not a port: " + port);
            }
        }
        PortListing.sockets(text);
    }
}
