package dev.shed.gateway.ssh.session;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.ssh.connection.Login;
import java.io.IOException;

/// Serves the request of a channel and returns its exit status. Runs on a thread of the channel and may block.
@FunctionalInterface
public interface ChannelHandler {
    /// Serves the request until it has ended.
    ///
    /// @throws dev.shed.gateway.failure.ShedException for a failure that is reported to the user
    /// @throws IOException if the client disconnects or the process is lost
    ExitStatus handle(Login login, ChannelRequest request, ChannelStreams streams)
            throws IOException, InterruptedException;

    /// Called when the client has opened a channel, before it makes a request. Returns at once.
    default void expect(Login login) {}
}
