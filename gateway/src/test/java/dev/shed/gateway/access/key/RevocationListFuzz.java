package dev.shed.gateway.access.key;

/// Fuzz target: a key revocation list.
public final class RevocationListFuzz {
    private RevocationListFuzz() {}

    /// Reads one input; throws what no input may lead to.
    public static void fuzzerTestOneInput(byte[] input) {
        if (!KeyRevocationList.isOne(input)) {
            return;
        }
        try {
            KeyRevocationList.parse(input);
        } catch (MalformedException e) {
            if (e.reason().isEmpty()) {
                throw new AssertionError("no reason", e);
            }
        }
    }
}
