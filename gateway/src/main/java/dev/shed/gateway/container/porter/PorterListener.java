package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.SocketRefusedException;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.FrameReader;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A listener in a container. It exists as long as the connection on which it was requested.
final class PorterListener implements ContainerListener {
    private static final Logger LOG = LoggerFactory.getLogger(PorterListener.class);

    private static final int MAX_PORT = 0xffff;

    /// The time limit for the porter's reply. If it is exceeded, the container hangs.
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Link link;
    private final Runnable onEnd;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    /// @param link the connection on which the request was sent
    /// @param onEnd called once
    PorterListener(Link link, Runnable onEnd) {
        this.link = link;
        this.onEnd = onEnd;
    }

    /// Waits for the porter's reply. A thread with this name then reads the connection until its end.
    ///
    /// @throws SocketRefusedException if the address cannot be listened on
    PorterListener awaitListening(String threadName) throws SocketRefusedException, InterruptedException {
        Thread.ofVirtual().name(threadName).start(this::attend);
        try {
            port.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
            return this;
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new SocketRefusedException(String.valueOf(cause.getMessage()));
        } catch (TimeoutException _) {
            close();
            throw new SocketRefusedException("the container does not answer");
        } catch (InterruptedException e) {
            close();
            throw e;
        }
    }

    @Override
    public int port() {
        return port.join();
    }

    @Override
    public boolean isOpen() {
        return open.get();
    }

    @Override
    public void close() {
        if (open.getAndSet(false)) {
            link.close();
            onEnd.run();
        }
    }

    /// Waits until the porter closes its end, which it does after it has closed its sockets.
    @Override
    public void close(Duration limit) throws InterruptedException {
        try {
            link.endOutput();
            if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atWarn().addKeyValue("port", port()).log("listener not closed in time");
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("listener has ended");
        } finally {
            close();
        }
    }

    private void attend() {
        var decoder = new FrameDecoder(new Answer());
        try {
            link.receive((source, offset, length) -> {
                decoder.accept(source, offset, length);
                return true;
            });
            port.completeExceptionally(new SocketRefusedException("the container went away"));
        } catch (IOException e) {
            port.completeExceptionally(e);
            LOG.atDebug().setCause(e).log("listener ended");
        } finally {
            ended.countDown();
            close();
        }
    }

    private final class Answer implements FrameDecoder.Receiver {
        @Override
        public void output(int type, byte[] source, int offset, int length) throws IOException {
            throw new ProtocolException("output of a listener");
        }

        @Override
        public void frame(int type, FrameReader payload) throws IOException {
            switch (type) {
                case Frames.LISTENING -> listening(payload.u32());
                case Frames.FAILED -> throw DialAnswer.refusal(payload);
                default -> throw new ProtocolException("a frame of the type " + type);
            }
        }

        private void listening(long where) throws ProtocolException {
            if (where > MAX_PORT || !port.complete((int) where)) {
                throw new ProtocolException("it listens at " + where);
            }
        }
    }
}
