package dev.shed.gateway.container.docker.engine;

import java.time.Duration;
import java.util.Locale;

/// Told of each request to the engine when it has ended.
public interface RequestListener {
    /// How a request ended.
    enum Result {
        /// with an answer
        OK,
        /// with an error of the engine: a container that does not exist, a name that is taken
        REFUSED,
        /// without an answer
        UNAVAILABLE;

        /// The word for it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void ended(Result result, Duration took);
}
