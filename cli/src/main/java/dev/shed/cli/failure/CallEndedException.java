package dev.shed.cli.failure;

/// The call is over with this status, and everything has been said.
public final class CallEndedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    public CallEndedException(int status) {
        super(null, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
