package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.ssh.connection.ChannelOutput;
import dev.shed.gateway.ssh.connection.Connection;
import dev.shed.gateway.ssh.connection.ReceiveBuffer;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.common.channel.AbstractChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies bytes between a channel and a socket in a container, in both directions. It ends when both
/// directions have ended, or when the client has closed the channel or vanished and the socket has taken
/// what the client had sent.
final class Relay {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /// How long the socket may take to accept what a client sent before it closed the channel or vanished.
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final AbstractChannel channel;
    private final ReceiveBuffer receiveBuffer;
    private final CountDownLatch inputDone = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock, like the next two fields.
    private @Nullable ContainerSocket socket;

    private boolean connected;
    private boolean channelClosed;

    private final AtomicLong sent = new AtomicLong();

    private final Eof eof;

    /// Sends end-of-file to the client.
    interface Eof {
        void send() throws IOException;
    }

    /// Called once the socket is connected.
    interface Opening {
        void connected() throws IOException;
    }

    Relay(AbstractChannel channel, Eof eof) {
        this.channel = channel;
        this.receiveBuffer = new ReceiveBuffer(channel);
        this.eof = eof;
        channel.addCloseFutureListener(_ -> channelClosed());
    }

    /// Takes bytes from the client; called on an I/O thread.
    void received(byte[] source, int offset, long length) {
        if (!receiveBuffer.add(source, offset, (int) length)) {
            receiveBuffer.passedOn((int) length);
        }
    }

    /// The client will send no more.
    void inputEnded() {
        receiveBuffer.end();
    }

    long bytesIn() {
        return receiveBuffer.received();
    }

    long bytesOut() {
        return sent.get();
    }

    /// Copies until the end. Then the socket is closed and, if it had been connected, the channel begins to
    /// close.
    ///
    /// @throws IOException if it ended before the socket was connected
    void run(ContainerSocket to, Opening opening) throws IOException, InterruptedException {
        try (to) {
            use(to);
            copyOutput(to, opening);
            inputDone.await();
        } finally {
            receiveBuffer.abandon();
            if (isConnected()) {
                channel.close(false);
            }
        }
    }

    private boolean isConnected() {
        lock.lock();
        try {
            return connected;
        } finally {
            lock.unlock();
        }
    }

    private void copyOutput(ContainerSocket from, Opening opening) throws IOException {
        try {
            from.receive(new Receiver(from, opening));
        } catch (IOException e) {
            if (!isConnected()) {
                throw e;
            }
            // The client takes no more output, or has vanished. What it sent before is still delivered.
            LOG.atDebug().setCause(e).log("output not taken");
        }
        endOutput();
    }

    private void endOutput() {
        try {
            eof.send();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the client is gone");
        }
    }

    private void copyInput(ContainerSocket to) {
        try {
            for (var chunk = receiveBuffer.take(to::sendNow); chunk != null; chunk = receiveBuffer.take(to::sendNow)) {
                to.send(chunk, 0, chunk.length);
                receiveBuffer.passedOn(chunk.length);
            }
            to.endOutput();
        } catch (IOException e) {
            // The socket takes no more input. Its output is still delivered.
            LOG.atDebug().setCause(e).log("input not taken");
            receiveBuffer.passedOn(receiveBuffer.abandon());
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
            if (channelClosed) {
                closeSocket();
            }
        } finally {
            lock.unlock();
        }
    }

    private void use(ContainerSocket to) {
        lock.lock();
        try {
            socket = to;
            if (channelClosed) {
                finish();
            }
        } finally {
            lock.unlock();
        }
    }

    private void connected() {
        lock.lock();
        try {
            connected = true;
        } finally {
            lock.unlock();
        }
    }

    /// The client has closed the channel, or has vanished. What it sent before is still delivered, as by
    /// sshd.
    private void channelClosed() {
        receiveBuffer.end();
        lock.lock();
        try {
            channelClosed = true;
            finish();
        } finally {
            lock.unlock();
        }
    }

    /// Closes the socket once it has taken the input that waits for it. The lock must be held.
    private void finish() {
        boolean nothingToSend = connected ? inputDone.getCount() == 0 : receiveBuffer.isEmpty();
        if (nothingToSend) {
            closeSocket();
        } else if (socket != null) {
            Thread.ofVirtual().name("forward-drain").start(this::closeAfterDrain);
        }
    }

    private void closeSocket() {
        if (socket != null) {
            socket.close();
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
            closeSocket();
        } finally {
            lock.unlock();
        }
    }

    private final class Receiver implements ContainerSocket.Receiver {
        private final ContainerSocket from;
        private final Opening opening;
        private @Nullable ChannelOutput out;

        Receiver(ContainerSocket from, Opening opening) {
            this.from = from;
            this.opening = opening;
        }

        @Override
        public void connected() throws IOException {
            opening.connected();
            Relay.this.connected();
            out = ChannelOutput.data(
                    channel, Connection.of(channel.getSession()).queuedForwards());
            Thread.ofVirtual().name(Thread.currentThread().getName() + "/in").start(() -> copyInput(from));
        }

        @Override
        public void data(byte[] source, int offset, int length) throws IOException {
            Objects.requireNonNull(out, "data comes after the connection").write(source, offset, length);
            sent.addAndGet(length);
        }

        @Override
        public void pause() throws IOException {
            if (out != null) {
                out.flush();
            }
        }
    }
}
