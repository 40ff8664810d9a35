package dev.shed.gateway.picker;

import dev.shed.gateway.failure.ShedException;

/// Is told what a person does from the list.
@FunctionalInterface
public interface PickerAudit {
    /// What is done to a session or a shed.
    ///
    /// @param kind `attach`, `kill`, `rename`, `create`, `start` or `stop`
    /// @param session as it was listed or typed; empty for what is done to a shed
    /// @param name the new name; empty for what gives none
    record Deed(String kind, String shed, String session, String name) {}

    /// Whenever there is something to be told of a deed.
    ///
    /// @param outcome `begun`, `done`, `peer-gone` or the code of the failure
    void tell(Deed deed, String outcome);

    /// Asked before a deed.
    ///
    /// @throws ShedException `STATE_UNUSABLE` when it must not be done, because it could not be told
    default void requireWritable() {}

    /// Does it and tells how it ended.
    default void keep(Deed deed, Runnable doing) {
        try {
            requireWritable();
            doing.run();
        } catch (ShedException e) {
            tell(deed, e.failure().code());
            throw e;
        }
        tell(deed, "done");
    }
}
