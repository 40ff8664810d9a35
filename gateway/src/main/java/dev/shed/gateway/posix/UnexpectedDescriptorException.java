package dev.shed.gateway.posix;

import java.io.IOException;

/// Thrown if a descriptor is not the connected socket that was expected.
public final class UnexpectedDescriptorException extends IOException {
    private static final long serialVersionUID = 1;

    public UnexpectedDescriptorException(String why) {
        super(why);
    }
}
