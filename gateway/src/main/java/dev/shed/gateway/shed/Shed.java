package dev.shed.gateway.shed;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.name.ShedName;

/// A shed as it was a moment ago.
///
/// @param container what the engine says
/// @param stoppedOnPurpose whether somebody stopped it by `stop`, so that only `start` or an interactive login
/// wakes it
public record Shed(Container container, boolean stoppedOnPurpose) {
    public ShedName name() {
        return container.shed();
    }

    public boolean running() {
        return container.running();
    }
}
