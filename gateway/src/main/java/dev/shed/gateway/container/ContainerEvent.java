package dev.shed.gateway.container;

import dev.shed.gateway.name.ShedName;
import java.time.Instant;

/// An event of a container that is a shed, as reported by the engine.
///
/// @param code of `ENDED` the main process's exit status, of `SIGNALLED` the signal's number, else 0
public record ContainerEvent(String containerId, ShedName shed, Kind kind, int code, Instant time) {
    /// What can happen.
    public enum Kind {
        CREATED,
        STARTED,
        /// somebody sent its main process a signal, to stop it or for another reason
        SIGNALLED,
        /// a process in it was killed because its memory was used up
        OUT_OF_MEMORY,
        ENDED,
        REMOVED
    }
}
