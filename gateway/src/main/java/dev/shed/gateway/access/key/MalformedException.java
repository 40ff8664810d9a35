package dev.shed.gateway.access.key;

import java.io.Serial;

/// A key, a certificate or a revocation list has an invalid format. The message gives the reason.
public final class MalformedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param reason the error in the format
    public MalformedException(String reason) {
        super(reason);
    }

    /// @param reason the error in the format
    public MalformedException(String reason, Exception cause) {
        super(reason, cause);
    }

    /// The error in the format.
    public String reason() {
        return String.valueOf(getMessage());
    }
}
