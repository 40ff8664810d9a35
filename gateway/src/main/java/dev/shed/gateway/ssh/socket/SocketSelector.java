package dev.shed.gateway.ssh.socket;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that waits for all connections: for input of those that are idle, and for room in those whose clients
/// take their output slowly. It does nothing else, so no connection delays another one here.
final class SocketSelector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketSelector.class);

    private final Selector selector = Selector.open();
    private final Executor threads;

    /// @param threads run what a connection does when it is ready
    SocketSelector(Executor threads) throws IOException {
        this.threads = threads;
        Thread.ofPlatform().name("ssh-select").daemon().start(this::run);
    }

    /// Registers a connection, which waits for nothing yet.
    SelectionKey add(SocketChannel channel, ClientSocket socket) throws IOException {
        return channel.register(selector, 0, socket);
    }

    /// Waits until the connection is ready for the operation, and reports that once.
    void await(SelectionKey key, int operation) {
        try {
            key.interestOpsOr(operation);
            selector.wakeup();
        } catch (CancelledKeyException e) {
            LOG.atDebug().setCause(e).log("closed");
        }
    }

    /// Runs a task that may take longer.
    void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().setCause(e).log("closed");
        }
    }

    /// Makes the selector forget closed connections. Only then are their descriptors closed.
    void closed() {
        selector.wakeup();
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::ready);
            }
        } catch (ClosedSelectorException e) {
            LOG.atDebug().setCause(e).log("closed");
        } catch (IOException e) {
            LOG.atError().setCause(e).log("connections cannot be waited for");
        }
    }

    private void ready(SelectionKey key) {
        var socket = (ClientSocket) key.attachment();
        try {
            int operations = key.readyOps();
            key.interestOpsAnd(~operations);
            if ((operations & SelectionKey.OP_READ) != 0) {
                execute(socket::read);
            }
            if ((operations & SelectionKey.OP_WRITE) != 0) {
                execute(socket::write);
            }
        } catch (CancelledKeyException e) {
            LOG.atDebug().setCause(e).log("closed");
        } catch (Throwable e) {
            // Errors too: when no thread can be started, this connection ends, and the others are still waited for.
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("a connection cannot be served");
            Thread.ofVirtual().start(() -> socket.close(true));
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("not closed");
        }
    }
}
