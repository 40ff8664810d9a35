package dev.shed.gateway.failure;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The gateway's one unchecked exception. It carries a [Failure] to the code that ends the channel.
public class ShedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public ShedException(Failure failure) {
        this(failure, null);
    }

    public ShedException(Failure failure, @Nullable Throwable cause) {
        super(failure.code() + ": " + failure.message(), cause);
        this.failure = failure;
    }

    /// `STATE_UNUSABLE`: an I/O error at a file of the gateway.
    public static ShedException stateUnusable(Path path, IOException cause) {
        return new ShedException(Failure.stateUnusable(path, cause), cause);
    }

    public Failure failure() {
        return failure;
    }
}
