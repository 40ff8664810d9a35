package dev.shed.gateway.posix;

import java.io.IOException;

/// What [OutputReader] reads without waiting: a pipe, a socket, or a terminal.
public interface OutputSource {
    /// Takes what is there.
    ///
    /// @return how many bytes, 0 for none yet, -1 at the end
    /// @throws IOException if this was closed
    int readNow(byte[] target) throws IOException;

    /// Has the calling thread woken when there is something to be read, or the end. [#isAwaited] is true until then.
    void arm() throws IOException;

    boolean isAwaited();

    /// Waits for this on a platform thread, which it holds.
    ///
    /// @param limit milliseconds
    /// @return whether there is something, as far as is known
    boolean awaitBriefly(int limit) throws IOException;

    /// Milliseconds for which something is likely to come: somebody has typed. Not positive if it is not.
    default int millisToAnswer() {
        return 0;
    }

    /// All of it was read, to the end.
    void ended();
}
