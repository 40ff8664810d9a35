package dev.shed.gateway.ssh.session;

import java.io.IOException;
import java.io.Serial;

/// The client is not there any more to write to.
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
