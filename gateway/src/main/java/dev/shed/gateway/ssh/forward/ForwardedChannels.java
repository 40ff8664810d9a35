package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.ContainerSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forwards connections to a listener in a container to the client that owns the listener.
final class ForwardedChannels {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardedChannels.class);

    private final Forwards forwards;

    /// The open request for a connection.
    ///
    /// @param type the channel's type
    /// @param target the listener's address, for the audit log
    /// @param answer the time limit for the client's reply
    /// @param details writes the fields of the channel's type
    record Call(String type, String target, Duration answer, Consumer<Buffer> details) {}

    ForwardedChannels(Forwards forwards) {
        this.forwards = forwards;
    }

    /// Serves a connection until it ends, if the client accepts it.
    ///
    /// @return whether the client accepted it
    boolean serve(ClientForwards client, ContainerSocket socket, Call call) throws InterruptedException {
        var journal = forwards.journal(client, call.type(), call.target());
        var channel = new ForwardedChannel(call.type(), call.details());
        Thread.currentThread().setName(journal.id());
        try (var _ = forwards.admitPeer(client)) {
            if (!channel.open(client.session().getService(ConnectionService.class), call.answer())) {
                journal.refused("the client refused it");
                return false;
            }
            channel.splice().run(socket, journal::opened);
            return true;
        } catch (ForwardRefusedException e) {
            journal.refused(e.why());
        } catch (IOException | IllegalStateException e) {
            LOG.atDebug().setCause(e).log("the client is gone");
            journal.refused("the client is gone");
        } finally {
            journal.closed(channel.splice().bytesIn(), channel.splice().bytesOut());
        }
        return false;
    }
}
