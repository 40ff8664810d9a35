package dev.shed.gateway.access;

import java.io.Serial;

/// A line of authorized_keys that lets nobody in; the message says why.
final class RefusedLineException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    RefusedLineException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
