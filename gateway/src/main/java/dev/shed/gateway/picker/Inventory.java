package dev.shed.gateway.picker;

import java.io.InterruptedIOException;
import java.util.List;

/// What there is to choose from, as far as the person may see it. Both calls may take long and throw
/// [dev.shed.gateway.failure.ShedException].
interface Inventory {
    /// In the order of the list.
    List<Item> look() throws InterruptedIOException;

    /// Ends a session.
    void kill(Item item);
}
