package dev.shed.gateway.ssh.session;

import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.FailureText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The client's side of a running channel: its input and outputs, its window size, and whether the client is still
/// connected. Holds the process that the channel is connected to, which is closed when the client vanishes.
public final class ChannelStreams {
    private final InputQueue in;
    private final PeerOutputStream out;
    private final PeerOutputStream err;
    private final boolean terminal;
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by `lock`, as are the fields below.
    private @Nullable BridgedProcess process;

    private WindowSize size;
    private boolean peerGone;

    /// The thread that ends with the client.
    private @Nullable Thread waiting;

    ChannelStreams(InputQueue in, OutputStream out, OutputStream err, boolean terminal, WindowSize size) {
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

    public boolean terminal() {
        return terminal;
    }

    /// What ends a line of ours: a client with a PTY has its terminal in raw mode.
    String newline() {
        return terminal ? "\r\n" : "\n";
    }

    /// Tells the person at the other end something, on stderr.
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

    /// The client's window has another size.
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

    /// The client sends a signal; it goes to the process that runs, if there is one.
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

    /// Connects a process that was started for `startedAt`. A client that went while it was being started is gone
    /// from it, too.
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

    /// The process has ended; a client that goes now has nothing to take along.
    void disconnect() {
        lock.lock();
        try {
            process = null;
        } finally {
            lock.unlock();
        }
    }

    /// The client has gone: its process is let go of, and so is who waits for it. What it sent stays readable.
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

    /// Whether what the calling thread does now is of use only to a client that is there: it is interrupted then when
    /// the client goes, which may have happened already.
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
