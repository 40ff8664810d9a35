package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.time.Instant;

/// An event of a container that is a shed, as reported by the engine.
///
/// @param code the exit status of the main process for `ENDED`, the signal's number for `SIGNALLED`,
/// otherwise 0
public record ContainerEvent(String containerId, ShedName shed, Kind kind, int code, Instant time) {
    /// The kinds of events.
    public enum Kind {
        CREATED,
        STARTED,
        /// a signal was sent to its main process, to stop it or for another reason
        SIGNALLED,
        /// a process in it was killed because its memory was used up
        OUT_OF_MEMORY,
        ENDED,
        REMOVED
    }
}
