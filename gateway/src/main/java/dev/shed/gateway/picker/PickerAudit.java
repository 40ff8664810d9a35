package dev.shed.gateway.picker;

import dev.shed.gateway.failure.ShedException;

/// Records the user's actions in the picker.
@FunctionalInterface
public interface PickerAudit {
    /// An action on a session or a shed.
    ///
    /// @param kind `attach`, `kill`, `rename`, `create`, `start` or `stop`
    /// @param session as it was listed or typed; empty for an action on a shed
    /// @param name the new name of a rename; otherwise empty
    record Action(String kind, String shed, String session, String name) {}

    /// Records a step of an action.
    ///
    /// @param outcome `begun`, `done`, `peer-gone` or the code of the failure
    void tell(Action action, String outcome);

    /// Called before an action.
    ///
    /// @throws ShedException `STATE_UNUSABLE` if it must not be run because it could not be recorded
    default void requireWritable() {}

    /// Runs an action and records how it ended.
    default void keep(Action action, Runnable doing) {
        try {
            requireWritable();
            doing.run();
        } catch (ShedException e) {
            tell(action, e.failure().code());
            throw e;
        }
        tell(action, "done");
    }
}
