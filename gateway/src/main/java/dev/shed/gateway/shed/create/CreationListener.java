package dev.shed.gateway.shed.create;

import dev.shed.gateway.name.ShedName;

/// Receives the start and the end of each create. Both calls return at once.
public interface CreationListener {
    /// A create begins. Nothing of it exists in the engine yet.
    void begins(ShedName shed);

    /// A create has succeeded or has been undone.
    ///
    /// @param finished whether the shed can be used; otherwise its remains have been removed as far as
    /// possible
    void ends(ShedName shed, boolean finished);
}
