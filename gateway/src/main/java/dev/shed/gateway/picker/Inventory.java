package dev.shed.gateway.picker;

import java.io.InterruptedIOException;
import java.util.List;

/// The sheds and sessions that the user may see. All calls may take long and throw
/// [dev.shed.gateway.failure.ShedException].
interface Inventory {
    /// All items, in the order of the list.
    List<Item> look() throws InterruptedIOException;

    /// The screen of a session as text without control characters.
    List<String> screen(Item item);

    /// Kills a session.
    void kill(Item item);

    /// Renames a session.
    ///
    /// @param name as it was typed
    void rename(Item item, String name);
}
