package dev.shed.gateway.container;

import java.io.IOException;
import java.io.Serial;

/// A container's socket could not be connected to, or made. The message says why, for people.
public final class SocketRefusedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public SocketRefusedException(String why) {
        super(why);
    }
}
