package dev.shed.gateway.ssh.socket;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.PropertyResolver;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.closeable.AbstractInnerCloseable;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepts connections, one at a time, on a thread for each address.
final class Acceptor extends AbstractInnerCloseable implements IoAcceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    /// The pause after a connection could not be accepted, which is usually so for lack of descriptors.
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PropertyResolver settings;
    private final IoHandler handler;
    private final SocketSelector selector;
    private final Reader.Pool readers = new Reader.Pool(Selector::open);
    private final Map<SocketAddress, Listener> listeners = new ConcurrentHashMap<>();
    private final Map<Long, IoSession> sockets = new ConcurrentHashMap<>();
    private volatile @Nullable IoServiceEventListener events;

    private record Listener(ServerSocketChannel channel, Thread thread) {
        /// Closes the channel. The kernel accepts connections until the thread has noticed.
        void close() throws IOException {
            channel.close();
            try {
                thread.join(PAUSE.multipliedBy(2));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    Acceptor(PropertyResolver settings, IoHandler handler, SocketSelector selector) {
        this.settings = settings;
        this.handler = handler;
        this.selector = selector;
    }

    @Override
    public void bind(Collection<? extends SocketAddress> addresses) throws IOException {
        for (var address : addresses) {
            bind(address);
        }
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
        var listener = ServerSocketChannel.open();
        try {
            listener.bind(address, CoreModuleProperties.SOCKET_BACKLOG.getRequired(settings));
            var local = listener.getLocalAddress();
            var thread = Thread.ofPlatform().name("ssh-accept").daemon().unstarted(() -> accept(listener, local));
            listeners.put(local, new Listener(listener, thread));
            thread.start();
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private void accept(ServerSocketChannel listener, SocketAddress address) {
        while (listener.isOpen()) {
            try {
                begin(listener.accept(), address);
            } catch (ClosedChannelException e) {
                LOG.atDebug().setCause(e).log("listener closed");
            } catch (Throwable e) {
                // Errors too: for lack of memory or threads this connection is lost, and not the listener.
                LOG.atWarn().addKeyValue("problem", e.getMessage()).log("a connection cannot be accepted");
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void begin(SocketChannel channel, SocketAddress address) {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            begin(new ClientSocket(this, channel, address));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("gone before it was accepted");
            close(channel);
        }
    }

    private void begin(ClientSocket socket) {
        sockets.put(socket.getId(), socket);
        try {
            handler.sessionCreated(socket);
            if (isClosing()) {
                socket.close(true);
            } else {
                socket.startReading();
            }
        } catch (Throwable e) {
            LOG.atDebug().setCause(e).log("connection refused");
            socket.close(true);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("not closed");
        }
    }

    IoHandler handler() {
        return handler;
    }

    SocketSelector selector() {
        return selector;
    }

    Reader.Pool readers() {
        return readers;
    }

    void ended(ClientSocket socket) {
        sockets.remove(socket.getId());
    }

    @Override
    public void unbind(Collection<? extends SocketAddress> addresses) {
        addresses.forEach(this::unbind);
    }

    @Override
    public void unbind(SocketAddress address) {
        var listener = listeners.remove(address);
        if (listener != null) {
            try {
                listener.close();
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("not closed");
            }
        }
    }

    @Override
    public void unbind() {
        unbind(getBoundAddresses());
    }

    @Override
    public Set<SocketAddress> getBoundAddresses() {
        return Set.copyOf(listeners.keySet());
    }

    @Override
    public Map<Long, IoSession> getManagedSessions() {
        return Collections.unmodifiableMap(sockets);
    }

    @Override
    public @Nullable IoServiceEventListener getIoServiceEventListener() {
        return events;
    }

    @Override
    public void setIoServiceEventListener(@Nullable IoServiceEventListener listener) {
        events = listener;
    }

    @Override
    protected void preClose() {
        unbind();
        super.preClose();
    }

    @Override
    protected Closeable getInnerCloseable() {
        return builder()
                .parallel(toString(), sockets.values())
                .run(toString(), selector::close)
                .build();
    }
}
