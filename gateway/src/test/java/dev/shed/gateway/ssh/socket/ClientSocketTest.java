package dev.shed.gateway.ssh.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.threads.NoCloseExecutor;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientSocketTest {
    private static final int PACKET = 32 * 1024;
    private static final byte[] ANSWER = new byte[1024];

    private final Threads threads = new Threads();
    private final Handler handler = new Handler();
    private IoAcceptor acceptor;

    /// Starts threads as they are needed, unless it is told that there are no more.
    private static final class Threads extends ThreadPoolExecutor {
        private volatile boolean exhausted;

        Threads() {
            super(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>());
        }

        @Override
        public void execute(Runnable task) {
            if (exhausted) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            super.execute(task);
        }
    }

    /// Keeps what was received.
    private static final class Handler implements IoHandler {
        private final BlockingQueue<ClientSocket> created = new LinkedBlockingQueue<>();
        private final BlockingQueue<IoSession> closed = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private volatile boolean refuses;
        private volatile boolean breaks;
        private volatile int farewell;
        private volatile int answer;

        @Override
        public void sessionCreated(IoSession session) throws IOException {
            if (refuses) {
                session.writeBuffer(new ByteArrayBuffer("no".getBytes(StandardCharsets.US_ASCII)));
                throw new IOException("refused");
            }
            if (breaks) {
                throw new OutOfMemoryError("as of a packet");
            }
            for (int packet = 0; packet < farewell; packet++) {
                send((ClientSocket) session, (byte) packet);
            }
            if (farewell > 0) {
                session.close(false);
            }
            created.add((ClientSocket) session);
        }

        @Override
        public void sessionClosed(IoSession session) {
            closed.add(session);
        }

        @Override
        public void exceptionCaught(IoSession session, Throwable cause) {
            assertThat(cause).hasMessage("!");
        }

        @Override
        public void messageReceived(IoSession session, Readable message) throws IOException {
            var bytes = new byte[message.available()];
            message.getRawBytes(bytes, 0, bytes.length);
            synchronized (received) {
                received.write(bytes);
            }
            for (int i = 0; i < bytes.length && answer > 0; i++) {
                session.writeBuffer(new ByteArrayBuffer(ANSWER, 0, answer));
            }
            if (bytes[bytes.length - 1] == '!') {
                throw new IOException("!");
            }
        }

        int received() {
            synchronized (received) {
                return received.size();
            }
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
        var client = new Socket(address.getAddress(), address.getPort());
        client.setSoTimeout(30_000);
        return client;
    }

    private static IoWriteFuture send(ClientSocket socket, byte fill) {
        var bytes = new byte[PACKET];
        Arrays.fill(bytes, fill);
        return socket.writeBuffer(new ByteArrayBuffer(bytes));
    }

    @Test
    void aConnectionIsReadAgainAfterItsThreadHasGone() throws Exception {
        try (var client = client()) {
            var socket = handler.created.take();
            var out = client.getOutputStream();
            int sent = 0;
            for (int size : new int[] {1, 100_000, 1, 200_000, 1}) {
                out.write(new byte[size]);
                sent += size;
                int all = sent;
                Await.until("received", () -> handler.received() == all);
                Await.until("no thread", () -> threads.getActiveCount() == 0);
            }
            assertThat(socket.received()).isEqualTo(sent);
        }
        assertThat(handler.closed.take()).isNotNull();
        Await.until("forgotten", () -> acceptor.getManagedSessions().isEmpty());
    }

    private void awaitReceived(int count) {
        long until = System.nanoTime() + Await.PATIENCE.toNanos();
        while (handler.received() < count && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        assertThat(handler.received()).isEqualTo(count);
    }

    /// A client that takes output enlarges its window again and again.
    @Test
    void smallMessagesOneAfterTheOtherAreReadByOneThread() throws Exception {
        try (var client = client()) {
            int messages = 400;
            for (int i = 1; i <= messages; i++) {
                client.getOutputStream().write(1);
                awaitReceived(i);
            }
            assertThat(threads.getTaskCount()).isLessThan(messages / 2);
        }
    }

    /// The client sends the second message when the first was acknowledged, which Linux does 40 ms later by itself.
    @Test
    void aSecondSmallMessageComesAtOnce() throws Exception {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            try (var client = client()) {
                handler.answer = 1;
                for (int exchange = 0; exchange < 5; exchange++) {
                    client.getOutputStream().write(1);
                    client.getInputStream().skipNBytes(1);
                }
                handler.answer = 0;

                int before = handler.received();
                long began = System.nanoTime();
                client.getOutputStream().write(2);
                client.getOutputStream().write(3);
                awaitReceived(before + 2);
                best = Math.min(best, System.nanoTime() - began);
            }
        }
        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(30));
    }

    @Test
    void aClientThatDoesNotReadHoldsNoThread() throws Exception {
        try (var client = client()) {
            var socket = handler.created.take();
            int packets = 1;
            var last = send(socket, (byte) 1);
            while (last.isWritten()) {
                last = send(socket, (byte) ++packets);
            }
            last = send(socket, (byte) ++packets);
            Await.until("no thread", () -> threads.getActiveCount() == 0);
            assertThat(last.isDone()).isFalse();
            var in = client.getInputStream();
            for (int packet = 1; packet <= packets; packet++) {
                assertThat(in.readNBytes(PACKET)).hasSize(PACKET).containsOnly((byte) packet);
            }
            assertThat(last.await()).isTrue();
            assertThat(last.isWritten()).isTrue();
            assertThat(socket.written()).isEqualTo((long) PACKET * packets);
        }
    }

    @Test
    void whoDoesNotTakeTheAnswersIsNotReadFrom() throws Exception {
        handler.answer = ANSWER.length;
        int requests = 256 * 1024;
        try (var client = client()) {
            var socket = handler.created.take();
            var sent = CompletableFuture.runAsync(() -> write(client, new byte[requests]));
            Await.until("many answers wait", () -> socket.received() > 16 * 1024);
            Await.until("no thread", () -> threads.getActiveCount() == 0);
            assertThat(socket.received()).isLessThan(requests);

            client.getInputStream().skipNBytes((long) requests * ANSWER.length);
            assertThat(socket.received()).isEqualTo(requests);
            sent.get(30, TimeUnit.SECONDS);
        }
    }

    private static void write(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void packetsThatAreSentTogetherAreNotWrittenBefore() throws Exception {
        try (var client = client()) {
            var socket = handler.created.take();
            socket.together(() -> {
                var first = send(socket, (byte) 1);
                var second = send(socket, (byte) 2);
                assertThat(first.isDone() || second.isDone()).isFalse();
            });
            assertThat(client.getInputStream().readNBytes(2 * PACKET)).hasSize(2 * PACKET);
        }
    }

    @Test
    void aFailureWhileSendingTogetherStillSendsTheRest() throws Exception {
        try (var client = client()) {
            var socket = handler.created.take();
            assertThatThrownBy(() -> socket.together(() -> {
                        send(socket, (byte) 1);
                        throw new IOException("failed");
                    }))
                    .hasMessage("failed");
            assertThat(client.getInputStream().readNBytes(PACKET)).hasSize(PACKET);
        }
    }

    @Test
    void aGracefulCloseSendsWhatIsQueued() throws Exception {
        try (var client = client()) {
            var socket = handler.created.take();
            int packets = 1;
            while (send(socket, (byte) packets).isWritten()) {
                packets++;
            }
            socket.close(false);
            assertThat(client.getInputStream().readAllBytes()).hasSize(PACKET * packets);
            assertThat(handler.closed.take()).isEqualTo(socket);
        }
    }

    @Test
    void aGracefulCloseAtTheBeginningSendsWhatIsQueued() throws Exception {
        // More than the buffers of the kernel take.
        handler.farewell = 1000;
        try (var client = client()) {
            var socket = handler.created.take();
            assertThat(client.getInputStream().readAllBytes().length).isEqualTo(PACKET * 1000);
            assertThat(handler.closed.take()).isEqualTo(socket);
        }
        Await.until("forgotten", () -> acceptor.getManagedSessions().isEmpty());
    }

    @Test
    void aFailureEndsItsOwnConnectionOnly() throws Exception {
        try (var bad = client();
                var good = client()) {
            bad.getOutputStream().write('!');
            assertThat(bad.getInputStream().read()).isEqualTo(-1);
            good.getOutputStream().write('x');
            Await.until("received", () -> handler.received() == 2);
            assertThat(handler.closed.take()).isNotNull();
            assertThat(handler.closed).isEmpty();
        }
    }

    @Test
    void whoIsRefusedIsToldAndClosed() throws Exception {
        handler.refuses = true;
        try (var client = client()) {
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("no");
        }
        handler.refuses = false;
        try (var _ = client()) {
            assertThat(handler.created.take()).isNotNull();
            assertThat(acceptor.getManagedSessions()).hasSizeLessThan(2);
        }
    }

    @Test
    void whereNoThreadCanBeStartedOnlyThatConnectionEnds() throws Exception {
        try (var good = client();
                var bad = client()) {
            threads.exhausted = true;
            bad.getOutputStream().write('x');
            assertThat(bad.getInputStream().read()).isEqualTo(-1);
            threads.exhausted = false;
            good.getOutputStream().write('x');
            Await.until("received", () -> handler.received() == 1);
        }
    }

    @Test
    void whereNoThreadCanBeStartedPacketsAreWrittenAllTheSame() throws Exception {
        try (var client = client()) {
            var socket = handler.created.take();
            socket.together(() -> {
                var held = send(socket, (byte) 1);
                threads.exhausted = true;
                var other = CompletableFuture.supplyAsync(() -> send(socket, (byte) 2));
                assertThat(other.join().isWritten()).isTrue();
                threads.exhausted = false;
                assertThat(held.await()).isTrue();
            });
            assertThat(send(socket, (byte) 3).isWritten()).isTrue();
            assertThat(client.getInputStream().readNBytes(3 * PACKET)).hasSize(3 * PACKET);
        }
    }

    @Test
    void anErrorAtTheBeginningDoesNotEndTheListener() throws Exception {
        handler.breaks = true;
        try (var client = client()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        handler.breaks = false;
        try (var _ = client()) {
            assertThat(handler.created.poll(30, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void theEndClosesConnectionsAndListeners() throws Exception {
        try (var client = client()) {
            var address =
                    (InetSocketAddress) acceptor.getBoundAddresses().iterator().next();
            var socket = handler.created.take();
            acceptor.close(true).await();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(socket.isClosed()).isTrue();
            assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()).close())
                    .isInstanceOf(IOException.class);
        }
    }
}
