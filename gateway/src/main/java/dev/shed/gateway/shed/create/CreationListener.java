package dev.shed.gateway.shed.create;

import dev.shed.gateway.name.ShedName;

/// Receives the start and the end of each create. Both calls return at once.
public interface CreationListener {
    /// Before anything of it is there.
    void begins(ShedName shed);

    /// After all of it is done, or undone.
    ///
    /// @param finished whether it can be used; otherwise what there was is gone, as far as that was possible
    void ends(ShedName shed, boolean finished);
}
