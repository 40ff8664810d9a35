package dev.shed.gateway.failure;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The one unchecked exception of the gateway: carries a [Failure] to the place that ends the channel.
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

    public Failure failure() {
        return failure;
    }
}
