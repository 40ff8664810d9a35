package dev.shed.gateway.container;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The connection to a process was lost before the process ended: its container stopped, or the porter was killed. The
/// message says which, as a clause about the shed ("its container stopped").
public final class ProcessLostException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    public ProcessLostException(String why) {
        this(why, null);
    }

    public ProcessLostException(String why, @Nullable Throwable cause) {
        super(why, cause);
    }
}
