package dev.shed.gateway.ssh.forward;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler.Result;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;

/// A channel that the gateway opens to a client for a connection to one of the client's listeners in a container.
final class ForwardedChannel extends AbstractClientChannel {
    private final Consumer<Buffer> details;
    private final Relay relay = new Relay(this, this::sendEof);
    private final ChannelWrites writes = new ChannelWrites(this);
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean accepted;

    /// @param type the channel's type
    /// @param details writes the fields about the peer (RFC 4254, section 7.2)
    ForwardedChannel(String type, Consumer<Buffer> details) {
        super(type);
        this.details = details;
        addCloseFutureListener(_ -> answered.countDown());
    }

    Relay splice() {
        return relay;
    }

    /// Sends the open request and waits for the client's reply. If the client accepts after `limit`, the
    /// channel is closed.
    ///
    /// @return whether the client accepted the channel
    boolean open(ConnectionService service, Duration limit) throws IOException, InterruptedException {
        service.registerChannel(this);
        open();
        if (answered.await(limit.toMillis(), TimeUnit.MILLISECONDS) && accepted) {
            return true;
        }
        close(false); // MINA waits for the answer, and closes then
        return false;
    }

    @Override
    public synchronized OpenFuture open() throws IOException {
        openFuture = new DefaultOpenFuture(getChannelType(), futureLock);
        var buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN, 256);
        buffer.putString(getChannelType());
        buffer.putUInt(getChannelId());
        buffer.putUInt(getLocalWindow().getSize());
        buffer.putUInt(getLocalWindow().getPacketSize());
        details.accept(buffer);
        writePacket(buffer);
        return openFuture;
    }

    @Override
    public void handleOpenSuccess(long recipient, long window, long packetSize, Buffer buffer) {
        super.handleOpenSuccess(recipient, window, PacketSize.of(packetSize), buffer);
    }

    @Override
    protected void doOpen() {
        accepted = true;
        answered.countDown();
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
