package dev.shed.gateway.ssh.session;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.ssh.connection.Login;
import java.io.IOException;

/// Serves the request of a channel and returns its exit status. Runs on a thread of the channel and may block.
@FunctionalInterface
public interface ChannelHandler {
    /// Serves the request to its end.
    ///
    /// @throws dev.shed.gateway.failure.ShedException for what the user is to be told
    /// @throws IOException when the client or the process broke off
    ExitStatus handle(Login login, ChannelRequest request, ChannelStreams streams)
            throws IOException, InterruptedException;
}
