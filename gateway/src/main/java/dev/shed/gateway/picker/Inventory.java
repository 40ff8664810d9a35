package dev.shed.gateway.picker;

import java.io.InterruptedIOException;
import java.util.List;

/// What there is to choose from, as far as the person may see it. All calls may take long and throw
/// [dev.shed.gateway.failure.ShedException].
interface Inventory {
    /// In the order of the list.
    List<Item> look() throws InterruptedIOException;

    /// What is on a session's screen, as text: nothing in it moves a cursor.
    List<String> screen(Item item);

    /// Ends a session.
    void kill(Item item);

    /// Gives a session another name.
    ///
    /// @param name as it was typed; `INVALID_NAME` when it breaks the rule
    void rename(Item item, String name);
}
