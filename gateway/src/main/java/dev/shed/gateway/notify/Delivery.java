package dev.shed.gateway.notify;

import java.io.IOException;

/// A way to tell somebody.
interface Delivery extends AutoCloseable {
    /// Its name in the log, which is its key in the configuration.
    String name();

    /// Delivers; returns when that has succeeded.
    ///
    /// @throws IOException with the cause, in words that contain nothing of the notification
    void deliver(Notification notification) throws IOException, InterruptedException;

    @Override
    default void close() {}
}
