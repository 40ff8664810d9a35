package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.ssh.socket.ClientSocket;
import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.RemoteWindow;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/// Data of a channel to the client. Full packets are sent at once, up to four of them in one write, and the rest on
/// flush. Whoever writes waits for the client's window, and for room in what is queued for the client.
public final class ChannelOutput extends BlockOutput {
    /// The most packets of one write.
    private static final int TOGETHER = 4;

    /// Bytes from which on a packet is one of the pool's.
    private static final int MUCH = PacketPool.DATA / 2;

    /// Bytes of a packet before its data, for one with little of it.
    private static final int HEADER = 32;

    private static final byte[] NONE = {};

    private final Channel channel;
    private final RemoteWindow window;
    private final QueuedOutputLimit limit;
    private final byte command;

    /// Where in a packet its data begins, after their length.
    private final int begin;

    /// How much data a full packet has.
    private final int most;

    /// How long to wait for the client's window.
    private final Duration patience;

    private final ReentrantLock lock = new ReentrantLock();

    /// A packet that is not full, if there is one. Guarded by the lock.
    private @Nullable Buffer held;

    private ChannelOutput(Channel channel, QueuedOutputLimit limit, byte command) {
        this.channel = channel;
        this.window = channel.getRemoteWindow();
        this.limit = limit;
        this.command = command;
        this.begin = empty(Integer.BYTES).wpos();
        this.patience = CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.getRequired(channel);
        this.most = (int) Math.min(window.getPacketSize(), PacketPool.DATA);
    }

    /// The data of an open channel.
    public static ChannelOutput data(Channel channel, QueuedOutputLimit limit) {
        return new ChannelOutput(channel, limit, SshConstants.SSH_MSG_CHANNEL_DATA);
    }

    /// The extended data of an open channel that is its stderr (RFC 4254, section 5.2).
    public static ChannelOutput stderr(Channel channel, QueuedOutputLimit limit) {
        return new ChannelOutput(channel, limit, SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA);
    }

    /// @throws IOException if the channel was closed, or the thread is interrupted
    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        lock.lock();
        try {
            int at = offset;
            int end = offset + length;
            for (int full = full(end - at); full > 0; full = full(end - at)) {
                at += sendNow(reserve(full), source, at);
            }
            if (at < end) {
                held = held == null ? empty(end - at) : held;
                held.putRawBytes(source, at, end - at);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Sends the rest.
    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            while (held != null) {
                sendNow(reserve(dataIn(held)), NONE, 0);
            }
        } finally {
            lock.unlock();
        }
    }

    private int dataIn(@Nullable Buffer packet) {
        return packet == null ? 0 : packet.wpos() - begin;
    }

    /// How many bytes make full packets, of what is held and so many more, for one write.
    private int full(int more) {
        return Math.min((dataIn(held) + more) / most, TOGETHER) * most;
    }

    /// A packet for so many bytes.
    private Buffer empty(int length) {
        var session = channel.getSession();
        var packet = length < MUCH
                ? session.createBuffer(command, HEADER + length)
                : session.prepareBuffer(command, PacketPool.take());
        packet.putUInt(channel.getRecipient());
        if (command == SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA) {
            packet.putUInt(SshConstants.SSH_EXTENDED_DATA_STDERR);
        }
        packet.putUInt(0);
        return packet;
    }

    /// Waits until some bytes may be sent. Only then packets are filled, so those of many channels that wait use no
    /// memory.
    ///
    /// @param wanted bytes
    /// @return how many of them may be sent, and are to be sent now
    private int reserve(int wanted) throws IOException {
        int bytes = consume(Math.min(wanted, limit.largest()));
        try {
            limit.acquire(channel, bytes, Math.ceilDiv(bytes, most));
            return bytes;
        } catch (IOException e) {
            window.expand(bytes);
            throw e;
        }
    }

    private int consume(int wanted) throws IOException {
        int bytes = 0;
        while (bytes == 0) {
            awaitWindow();
            // The channel's other output takes from it, too.
            synchronized (window) {
                bytes = (int) Math.min(wanted, window.getSize());
                window.consume(bytes);
            }
        }
        return bytes;
    }

    private void awaitWindow() throws IOException {
        try {
            window.waitForSpace(patience);
        } catch (InterruptedException e) {
            throw QueuedOutputLimit.interrupted(e);
        }
    }

    /// Sends so many bytes: what is held, and what follows.
    ///
    /// @return how many of what follows
    private int sendNow(int bytes, byte[] source, int offset) throws IOException {
        var packets = new ArrayList<Buffer>(TOGETHER);
        int at = offset;
        for (int left = bytes; left > 0; left -= dataIn(packets.getLast())) {
            var packet = held == null ? empty(left) : held;
            held = dataIn(packet) > left ? cut(packet, left) : null;
            int count = Math.min(left, most) - dataIn(packet);
            packet.putRawBytes(source, at, count);
            at += count;
            packets.add(packet);
        }
        send(packets, bytes);
        return at - offset;
    }

    /// Shortens a packet.
    ///
    /// @return another one, with the rest of its data
    private Buffer cut(Buffer packet, int length) {
        int end = begin + length;
        int rest = packet.wpos() - end;
        var second = empty(rest);
        second.putRawBytes(packet.array(), end, rest);
        packet.wpos(end);
        return second;
    }

    private void send(List<Buffer> packets, int bytes) throws IOException {
        if (packets.size() == 1) {
            sendAll(packets, bytes);
        } else {
            // Packets that wait for the next one must not wait for anything themselves.
            ClientSocket.of(channel.getSession()).dataTogether(() -> sendAll(packets, bytes));
        }
    }

    private void sendAll(List<Buffer> packets, int bytes) throws IOException {
        int left = bytes;
        int packetsLeft = packets.size();
        try {
            for (var packet : packets) {
                int length = dataIn(packet);
                send(packet, length);
                left -= length;
                packetsLeft--;
            }
        } finally {
            limit.release(left, packetsLeft);
        }
    }

    private void send(Buffer packet, int length) throws IOException {
        int end = packet.wpos();
        packet.wpos(begin - Integer.BYTES);
        packet.putUInt(length);
        packet.wpos(end);
        channel.writePacket(packet).addListener(written -> {
            limit.release(length, 1);
            if (written.isWritten()) {
                PacketPool.give(packet);
            }
        });
    }
}
