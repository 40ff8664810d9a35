package dev.shed.gateway.startup;

import java.util.Optional;

/// Fuzz target: what a connection from a proxy begins with.
public final class ProxyHeaderFuzz {
    private ProxyHeaderFuzz() {}

    /// Reads one input; throws what no input may lead to.
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            ProxyHeader.read(input, 0, input.length).ifPresent(header -> check(header, input));
        } catch (ProxyHeader.MalformedException _) {
            // The one thing that the reader expects: the connection is closed.
        }
    }

    /// A header says the same whatever comes after it, and is asked for in full while a part of it is missing.
    private static void check(ProxyHeader header, byte[] input) {
        int length = header.length();
        if (length < 1 || length > input.length) {
            throw new AssertionError("a header of " + length + " bytes in " + input.length);
        }
        try {
            if (!ProxyHeader.read(input, 0, length).equals(Optional.of(header))) {
                throw new AssertionError("another header without what comes after it");
            }
            for (int part = 0; part < length; part++) {
                if (ProxyHeader.read(input, 0, part).isPresent()) {
                    throw new AssertionError("a header in " + part + " of its " + length + " bytes");
                }
            }
        } catch (ProxyHeader.MalformedException e) {
            throw new AssertionError("a header that is malformed in part", e);
        }
    }
}
