package dev.shed.gateway.container;

import java.io.IOException;
import java.io.Serial;

/// A socket in a container could not be connected or created. The message gives the reason to the user.
public final class SocketRefusedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public SocketRefusedException(String why) {
        super(why);
    }
}
