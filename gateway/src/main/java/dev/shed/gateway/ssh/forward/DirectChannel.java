package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.SocketRefusedException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.channel.RequestHandler.Result;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A channel that a client opens to a socket in the container (`ssh -L`, `-D`, `-W`).
final class DirectChannel extends AbstractServerChannel {
    private static final Logger LOG = LoggerFactory.getLogger(DirectChannel.class);

    private final Kind kind;
    private final Forwards forwards;
    /// Used only by the thread that serves the channel.
    private boolean opened;

    private final Relay relay = new Relay(this, this::sendEof);
    private final ChannelWrites writes = new ChannelWrites(this);

    /// The types of targets.
    enum Kind {
        /// A TCP port (RFC 4254, section 7.2).
        TCP("direct-tcpip") {
            @Override
            Endpoint read(Buffer buffer) {
                return new Endpoint.Tcp(buffer.getString(), buffer.getInt());
            }
        },
        /// A unix socket (OpenSSH's PROTOCOL, section 2.4).
        UNIX("direct-streamlocal@openssh.com") {
            @Override
            Endpoint read(Buffer buffer) {
                return new Endpoint.Unix(buffer.getString());
            }
        };

        private final String type;

        Kind(String type) {
            this.type = type;
        }

        String type() {
            return type;
        }

        /// @throws RuntimeException if the target is invalid
        abstract Endpoint read(Buffer buffer);
    }

    DirectChannel(Kind kind, Forwards forwards) {
        super("", List.of(), null);
        this.kind = kind;
        this.forwards = forwards;
    }

    @Override
    public OpenFuture open(long recipient, long window, long packetSize, Buffer buffer) {
        return super.open(recipient, window, PacketSize.of(packetSize), buffer);
    }

    /// Runs on an I/O thread, so it starts a thread and returns. It must not throw: MINA would close the
    /// whole connection.
    @Override
    protected OpenFuture doInit(Buffer buffer) {
        var future = new DefaultOpenFuture(this, this);
        var client = forwards.of(getSession());
        var earlier = client.requests().answered();
        try {
            var to = kind.read(buffer);
            var forwardAudit = forwards.journal(client, kind.type(), to.toString());
            Thread.ofVirtual().name(forwardAudit.id()).start(() -> serve(client, to, forwardAudit, earlier, future));
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("not a target");
            refuse(ForwardRefusedException.failed("invalid forward target"));
        }
        return future;
    }

    private void serve(
            ClientForwards client,
            Endpoint to,
            ForwardAudit forwardAudit,
            CompletableFuture<Void> earlier,
            OpenFuture future) {
        earlier.join();
        try (var _ = forwards.admit(client, to)) {
            relay.run(forwards.dial(client, to), () -> {
                opened = true;
                forwardAudit.opened();
                signalChannelOpenSuccess();
                future.setOpened();
            });
        } catch (ForwardRefusedException e) {
            refuse(forwardAudit, e);
        } catch (SocketRefusedException e) {
            refuse(forwardAudit, ForwardRefusedException.failed(String.valueOf(e.getMessage())));
        } catch (IOException | InterruptedException e) {
            LOG.atDebug().setCause(e).log("gone before it was connected");
            refuse(forwardAudit, ForwardRefusedException.failed("gone"));
        } catch (RuntimeException | Error e) { // whoever waits for the channel needs an answer
            LOG.atError().addKeyValue("channel", forwardAudit.id()).setCause(e).log("forward failed");
            refuse(forwardAudit, ForwardRefusedException.failed("a defect of the gateway"));
        } finally {
            forwardAudit.closed(relay.bytesIn(), relay.bytesOut());
        }
    }

    private void refuse(ForwardAudit forwardAudit, ForwardRefusedException refusal) {
        if (!opened) {
            forwardAudit.refused(refusal.why());
            refuse(refusal);
        }
    }

    private void refuse(ForwardRefusedException refusal) {
        OpenRefusal.send(this, refusal.code(), refusal.why());
    }

    @Override
    public IoWriteFuture writePacket(Buffer buffer) throws IOException {
        return writes.run(() -> super.writePacket(buffer));
    }

    @Override
    protected IoWriteFuture sendResponse(Buffer buffer, String request, Result result, boolean wantReply)
            throws IOException {
        return writes.run(() -> super.sendResponse(buffer, request, result, wantReply && mayWrite()));
    }

    @Override
    protected Closeable getInnerCloseable() {
        return builder().sequential(writes, super.getInnerCloseable()).build();
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) throws IOException {
        relay.received(data, offset, length);
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
        getLocalWindow().release(length);
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        relay.inputEnded();
    }
}
