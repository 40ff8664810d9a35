package dev.shed.cli.failure;

/// Ends the client with this status. All messages have been printed.
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
