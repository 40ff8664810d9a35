package dev.shed.gateway.access.key;

import java.io.Serial;

/// A key, a certificate or a list of revoked keys that breaks its format; the message says how.
public final class MalformedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param reason how it breaks its format
    public MalformedException(String reason) {
        super(reason);
    }

    /// @param reason how it breaks its format
    public MalformedException(String reason, Exception cause) {
        super(reason, cause);
    }

    /// How it breaks its format.
    public String reason() {
        return String.valueOf(getMessage());
    }
}
