package dev.shed.gateway.shed;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.name.ShedName;

/// A snapshot of a shed.
///
/// @param container the engine's state of it
/// @param stoppedOnPurpose whether it was stopped by `stop`, so that only `start` or an interactive login
/// starts it
/// @param unfinished whether it is being created, or its creation failed and it is yet to be removed
public record Shed(Container container, boolean stoppedOnPurpose, boolean unfinished) {
    /// A finished shed.
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
