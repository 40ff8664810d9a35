package dev.shed.gateway.ssh.session;

import java.io.IOException;
import java.io.Serial;

/// The client has disconnected, so nothing can be written to it.
public final class PeerGoneException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    PeerGoneException(IOException cause) {
        super(cause);
    }

    PeerGoneException() {
        super("the client went away");
    }
}
