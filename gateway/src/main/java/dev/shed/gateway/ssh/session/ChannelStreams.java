package dev.shed.gateway.ssh.session;

import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.ssh.connection.ChannelOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The client's side of a running channel: its input and outputs, its window size, and whether the client is
/// still connected. Holds the process that is connected to the channel, and closes it when the client
/// vanishes.
public final class ChannelStreams {
    private final InputQueue in;
    private final PeerOutputStream out;
    private final PeerOutputStream err;
    private final boolean terminal;
    private final ReentrantLock lock = new ReentrantLock();

    /// Whether the request has no end of its own.
    private volatile boolean endless;

    /// Guarded by `lock`, as are the fields below.
    private @Nullable BridgedProcess process;

    private WindowSize size;
    private boolean peerGone;

    /// The thread to interrupt when the client vanishes.
    private @Nullable Thread waiting;

    ChannelStreams(InputQueue in, ChannelOutput out, ChannelOutput err, boolean terminal, WindowSize size) {
        this.in = in;
        this.out = new PeerOutputStream(out);
        this.err = new PeerOutputStream(err);
        this.terminal = terminal;
        this.size = size;
    }

    public InputQueue in() {
        return in;
    }

    public PeerOutputStream out() {
        return out;
    }

    public PeerOutputStream err() {
        return err;
    }

    /// Sends what the outputs hold.
    void flush() throws IOException {
        out.flush();
        err.flush();
    }

    public boolean terminal() {
        return terminal;
    }

    /// The line ending of the gateway's messages: a client with a PTY has its terminal in raw mode.
    String newline() {
        return terminal ? "\r\n" : "\n";
    }

    /// Writes a message of the gateway to the client's stderr.
    public void notice(String message) throws IOException {
        err.write(("shed: " + FailureText.printable(message) + newline()).getBytes(StandardCharsets.UTF_8));
    }

    /// The newest size of the client's window.
    public WindowSize size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /// Handles a change of the client's window size.
    void resize(WindowSize newest) {
        BridgedProcess current;
        lock.lock();
        try {
            size = newest;
            current = process;
        } finally {
            lock.unlock();
        }
        if (current != null) {
            current.resize(newest);
        }
    }

    /// Passes a signal from the client to the process, if one is running.
    void signal(String name) {
        BridgedProcess current;
        lock.lock();
        try {
            current = process;
        } finally {
            lock.unlock();
        }
        if (current != null) {
            current.signal(name);
        }
    }

    /// Connects a process that was started with the window size `startedAt`. If the client vanished while the
    /// process was being started, the process is closed.
    void connect(BridgedProcess started, WindowSize startedAt) {
        boolean gone;
        WindowSize newest;
        lock.lock();
        try {
            gone = peerGone;
            newest = size;
            process = started;
        } finally {
            lock.unlock();
        }
        if (gone) {
            started.clientGone();
        } else if (!newest.equals(startedAt)) {
            started.resize(newest);
        }
    }

    /// Disconnects the process after its end. A later disconnect of the client does not affect it.
    void disconnect() {
        lock.lock();
        try {
            process = null;
        } finally {
            lock.unlock();
        }
    }

    /// Handles the client's disconnect: closes the process and interrupts the waiting thread. Input that was
    /// received before stays readable.
    void peerGone() {
        BridgedProcess current;
        lock.lock();
        try {
            peerGone = true;
            current = process;
            if (waiting != null) {
                waiting.interrupt();
            }
        } finally {
            lock.unlock();
        }
        in.close();
        if (current != null) {
            current.clientGone();
        }
    }

    /// Sets whether the calling thread is interrupted when the client vanishes. If the client has vanished
    /// already, the thread is interrupted at once.
    public void endWithClient(boolean yes) {
        lock.lock();
        try {
            waiting = yes ? Thread.currentThread() : null;
            if (yes && peerGone) {
                Thread.currentThread().interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Says that the request has no end of its own.
    public void endless() {
        endless = true;
    }

    boolean isEndless() {
        return endless;
    }

    /// How many bytes have come from the client and were sent to it.
    long moved() {
        return in.received() + out.written() + err.written();
    }

    public boolean endsWithClient() {
        lock.lock();
        try {
            return waiting != null;
        } finally {
            lock.unlock();
        }
    }

    public boolean isPeerGone() {
        lock.lock();
        try {
            return peerGone;
        } finally {
            lock.unlock();
        }
    }
}
