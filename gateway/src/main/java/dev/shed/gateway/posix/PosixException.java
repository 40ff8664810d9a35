package dev.shed.gateway.posix;

import java.io.IOException;

/// A system call that failed: `recv: ECONNRESET`.
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1;

    PosixException(String call, int errno) {
        super(call + ": " + Errno.name(errno));
    }

    /// Returns a result that is not minus errno.
    ///
    /// @throws PosixException if it is
    static long check(String call, long result) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, (int) -result);
        }
        return result;
    }
}
