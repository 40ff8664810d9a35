package dev.shed.gateway.posix;

import java.io.IOException;

/// A descriptor that is not what it has to be.
public final class UnexpectedDescriptorException extends IOException {
    private static final long serialVersionUID = 1;

    public UnexpectedDescriptorException(String why) {
        super(why);
    }
}
