package dev.shed.gateway.container.porter;

import java.io.IOException;

/// Finds out, by starting a process, whether a porter can start processes as a user.
interface Trial {
    /// What came of it.
    enum Result {
        POSSIBLE,
        /// the container has no such user
        NO_SUCH_USER,
        /// the porter runs without the right to change users, as a container's maker may have it
        NOT_PERMITTED
    }

    Result of(String user) throws IOException, InterruptedException;
}
