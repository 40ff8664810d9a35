package dev.shed.gateway.access.key;

import java.io.Serial;

/// A line of authorized_keys is invalid or not accepted. The message gives the reason.
public final class RefusedLineException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public RefusedLineException(String reason) {
        super(reason);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
