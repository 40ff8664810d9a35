package dev.shed.gateway.ssh.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.threads.NoCloseExecutor;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Connections on which somebody types.
class TypingTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>());
    private final Handler handler = new Handler();
    private IoAcceptor acceptor;

    /// Counts keys, and expects another one after each.
    private static final class Handler implements IoHandler {
        private final BlockingQueue<ClientSocket> created = new LinkedBlockingQueue<>();
        private final BlockingQueue<IoSession> closed = new LinkedBlockingQueue<>();
        private final AtomicInteger received = new AtomicInteger();
        private volatile Duration within = LONG;

        @Override
        public void sessionCreated(IoSession session) {
            created.add((ClientSocket) session);
        }

        @Override
        public void sessionClosed(IoSession session) {
            closed.add(session);
        }

        @Override
        public void exceptionCaught(IoSession session, Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void messageReceived(IoSession session, Readable message) {
            ((ClientSocket) session).expect(within);
            received.addAndGet(message.available());
        }
    }

    @BeforeEach
    void listen() throws IOException {
        acceptor = new ClientSockets(() -> new NoCloseExecutor(threads))
                .create(SshServer.setUpDefaultServer())
                .createAcceptor(handler);
        acceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        acceptor.close(true).await();
        threads.shutdownNow();
    }

    private Socket client() throws IOException {
        var address =
                (InetSocketAddress) acceptor.getBoundAddresses().iterator().next();
        return new Socket(address.getAddress(), address.getPort());
    }

    private void types(Socket client) throws Exception {
        int all = handler.received.get() + 1;
        client.getOutputStream().write('x');
        Await.until("received", () -> handler.received.get() == all);
    }

    private void awaitThreads(int count) throws Exception {
        Await.until(count + " threads", () -> threads.getActiveCount() == count);
    }

    @Test
    void keysOneAfterTheOtherAreReadByOneThread() throws Exception {
        try (var client = client()) {
            for (int key = 0; key < 10; key++) {
                types(client);
            }
            assertThat(threads.getTaskCount()).isEqualTo(1);
        }
        assertThat(handler.closed.poll(10, TimeUnit.SECONDS)).isNotNull();
        awaitThreads(0);
    }

    @Test
    void whoTypesNoLongerHoldsNoThread() throws Exception {
        handler.within = Duration.ofMillis(50);
        try (var client = client()) {
            types(client);
            awaitThreads(0);
            types(client);
            awaitThreads(0);
        }
    }

    @Test
    void closingWakesTheThread() throws Exception {
        try (var client = client()) {
            types(client);
            handler.created.take().close(true);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            awaitThreads(0);
        }
    }

    @Test
    void whereManyTypeSomeAreReadAsTheOthersAre() throws Exception {
        int many = Reader.MOST_TYPING + 8;
        var clients = new ArrayList<Socket>();
        try {
            for (int i = 0; i < many; i++) {
                clients.add(client());
                types(clients.getLast());
            }
            awaitThreads(Reader.MOST_TYPING);
            for (var client : clients) {
                types(client);
            }
            awaitThreads(Reader.MOST_TYPING);
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
        awaitThreads(0);
    }
}
