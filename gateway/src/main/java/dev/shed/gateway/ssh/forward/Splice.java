package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.ContainerSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.AbstractChannel;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A channel and a socket in a container, connected: bytes both ways, each way to its own end. It is over when both
/// ways have ended, when the client closes the channel, or when its connection ends.
final class Splice {
    private static final Logger LOG = LoggerFactory.getLogger(Splice.class);

    /// How long the socket has to take what a client sent before it closed the channel.
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final AbstractChannel channel;
    private final Inbound inbound;
    private final CountDownLatch inputDone = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock, as is the field below.
    private @Nullable ContainerSocket socket;

    private boolean channelClosed;

    private final AtomicLong sent = new AtomicLong();

    private final Eof eof;

    /// Tells the client that nothing more will come.
    interface Eof {
        void send() throws IOException;
    }

    /// Does what has to be done when the socket is connected.
    interface Opening {
        void connected() throws IOException;
    }

    Splice(AbstractChannel channel, Eof eof) {
        this.channel = channel;
        this.inbound = new Inbound(channel);
        this.eof = eof;
        channel.addCloseFutureListener(_ -> channelClosed());
    }

    /// Bytes from the client; called on an I/O thread.
    void received(byte[] source, int offset, long length) throws IOException {
        if (!inbound.add(source, offset, (int) length)) {
            inbound.passedOn((int) length);
        }
    }

    /// The client will send no more.
    void inputEnded() {
        inbound.end();
    }

    long bytesIn() {
        return inbound.received();
    }

    long bytesOut() {
        return sent.get();
    }

    /// Runs until it is over; the socket is closed then, the channel closing.
    ///
    /// @throws IOException when it ended before it was connected
    void run(ContainerSocket to, Opening opening) throws IOException, InterruptedException {
        try (to) {
            connect(to);
            copyOutput(to, opening);
            inputDone.await();
        } finally {
            inbound.abandon();
            channel.close(false);
        }
    }

    private void copyOutput(ContainerSocket from, Opening opening) throws IOException {
        var receiver = new Receiver(from, opening);
        try {
            from.receive(receiver);
            eof.send();
        } catch (IOException e) {
            if (!receiver.isConnected()) {
                throw e;
            }
            // The client takes no more, or has gone. What it sent before still goes out.
            LOG.atDebug().setCause(e).log("output not taken");
        }
    }

    private void copyInput(ContainerSocket to) {
        try {
            for (var chunk = inbound.take(); chunk != null; chunk = inbound.take()) {
                to.send(chunk, 0, chunk.length);
                inbound.passedOn(chunk.length);
            }
            to.endOutput();
        } catch (IOException e) {
            // The socket takes no more; what it has to say is still to come.
            LOG.atDebug().setCause(e).log("input not taken");
            giveBackQuietly(inbound.abandon());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            inputDone();
        }
    }

    private void inputDone() {
        inputDone.countDown();
        lock.lock();
        try {
            if (channelClosed && socket != null) {
                socket.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void connect(ContainerSocket to) {
        lock.lock();
        try {
            socket = to;
            if (channelClosed) {
                to.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The client has closed the channel, or has gone.
    private void channelClosed() {
        boolean gone = channel.getSession().isClosing();
        if (gone) {
            inbound.abandon();
        }
        inbound.end();
        lock.lock();
        try {
            channelClosed = true;
            if (socket != null && (gone || inputDone.getCount() == 0)) {
                socket.close();
            } else if (socket != null) {
                Thread.ofVirtual().name("forward-drain").start(this::closeAfterDrain);
            }
        } finally {
            lock.unlock();
        }
    }

    private void closeAfterDrain() {
        try {
            if (!inputDone.await(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atDebug().log("input not taken after the channel's end");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            if (socket != null) {
                socket.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void giveBackQuietly(int bytes) {
        try {
            inbound.passedOn(bytes);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("window not given back");
        }
    }

    private final class Receiver implements ContainerSocket.Receiver {
        private final ContainerSocket from;
        private final Opening opening;
        private @Nullable OutputStream out;

        Receiver(ContainerSocket from, Opening opening) {
            this.from = from;
            this.opening = opening;
        }

        boolean isConnected() {
            return out != null;
        }

        @Override
        public void connected() throws IOException {
            opening.connected();
            out = new ChannelOutputStream(
                    channel, channel.getRemoteWindow(), LOG, SshConstants.SSH_MSG_CHANNEL_DATA, false);
            Thread.ofVirtual().name(Thread.currentThread().getName() + "/in").start(() -> copyInput(from));
        }

        @Override
        public void data(byte[] source, int offset, int length) throws IOException {
            var to = Objects.requireNonNull(out, "data comes after the connection");
            to.write(source, offset, length);
            to.flush();
            sent.addAndGet(length);
        }
    }
}
