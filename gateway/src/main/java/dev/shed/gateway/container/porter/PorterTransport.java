package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerProcess;
import java.io.IOException;
import java.io.OutputStream;

/// What the connections of one porter come over: a socket of the gateway that the porter dials
/// ([PorterServer]), or one stream that carries them all ([CarriedTransport]). Whoever makes one
/// names the [PorterServer.ConnectionHandler] that gets the connections.
interface PorterTransport {
    /// Starts the porter. Called once.
    ContainerProcess start(Container container);

    /// Reads what the porter's process prints, until the end of that.
    ///
    /// @param words receives its messages for people
    void copyOutput(ContainerProcess process, OutputStream words) throws IOException;

    /// Whether the connections end with the process's output.
    boolean endsWithItsOutput();

    /// Takes no more connections. Those that are in use stay.
    void close();

    /// The same when the gateway stops.
    void leave();
}
