package dev.shed.gateway.shed;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.name.ShedName;

/// A snapshot of a shed.
///
/// @param container what the engine says
/// @param stoppedOnPurpose whether somebody stopped it by `stop`, so that only `start` or an interactive login
/// wakes it
/// @param unfinished whether it is being made, or is what is left of an attempt
public record Shed(Container container, boolean stoppedOnPurpose, boolean unfinished) {
    /// One that is finished, as almost all are.
    public Shed(Container container, boolean stoppedOnPurpose) {
        this(container, stoppedOnPurpose, false);
    }

    public ShedName name() {
        return container.shed();
    }

    public boolean running() {
        return container.running();
    }
}
