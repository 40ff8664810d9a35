package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.SocketRefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A socket that a container passes, and what a hostile one passes.
class PassedSocketTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Endpoint TCP = new Endpoint.Tcp("localhost", 80);
    private static final Endpoint UNIX = new Endpoint.Unix("/service.sock");

    @TempDir
    private Path directory;

    private ServerSocket target;
    private final List<Forger> forgers = new ArrayList<>();

    @BeforeEach
    void listen() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target.setSoTimeout((int) SOON.toMillis());
    }

    @AfterEach
    void close() throws Exception {
        for (var forger : forgers) {
            forger.close();
        }
        target.close();
    }

    private Forger forger(String kind, Endpoint to) throws IOException {
        var forger = Forger.connected(directory, kind, to, target.getLocalPort());
        forgers.add(forger);
        return forger;
    }

    /// What a socket says, on a thread that receives as a forward's does.
    private static final class Heard implements ContainerSocket.Receiver {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<Void> connected = new CompletableFuture<>();
        private final CompletableFuture<String> ended = new CompletableFuture<>();

        static Heard of(ContainerSocket socket) {
            var heard = new Heard();
            Thread.ofVirtual().start(() -> heard.receive(socket));
            return heard;
        }

        private void receive(ContainerSocket socket) {
            try {
                socket.receive(this);
                ended.complete(bytes.toString(UTF_8));
            } catch (IOException | RuntimeException e) {
                connected.completeExceptionally(e);
                ended.completeExceptionally(e);
            }
        }

        @Override
        public void connected() {
            connected.complete(null);
        }

        @Override
        public void data(byte[] source, int offset, int length) {
            bytes.write(source, offset, length);
        }

        @Override
        public void pause() {}

        Heard awaitConnected() throws Exception {
            connected.get(SOON.toSeconds(), TimeUnit.SECONDS);
            return this;
        }

        String all() throws Exception {
            return ended.get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void bytesGoBothWaysAndEachDirectionEndsByItself() throws Exception {
        var socket = forger("tcp", TCP).answers().socket();
        var heard = Heard.of(socket).awaitConnected();
        try (var peer = target.accept()) {
            socket.send("xquestion".getBytes(UTF_8), 1, 8);
            socket.endOutput();
            assertThat(new String(peer.getInputStream().readAllBytes(), UTF_8)).isEqualTo("question");
            peer.getOutputStream().write("answer".getBytes(UTF_8));
        }
        assertThat(heard.all()).isEqualTo("answer");
    }

    @Test
    void theOtherSideMayEndFirst() throws Exception {
        var socket = forger("tcp", TCP).answers().socket();
        var heard = Heard.of(socket).awaitConnected();
        try (var peer = target.accept()) {
            peer.getOutputStream().write("banner".getBytes(UTF_8));
            peer.shutdownOutput();
            assertThat(heard.all()).isEqualTo("banner");
            socket.send("still heard".getBytes(UTF_8), 0, 11);
            socket.close();
            // The porter would do this. It has the socket as well, and sees its connection end.
            forgers.getFirst().dies();
            assertThat(new String(peer.getInputStream().readAllBytes(), UTF_8)).isEqualTo("still heard");
        }
    }

    @Test
    void muchArrivesWhole() throws Exception {
        var socket = forger("tcp", TCP).answers().socket();
        var heard = Heard.of(socket).awaitConnected();
        try (var peer = target.accept()) {
            var much = new byte[5_000_000];
            for (int i = 0; i < much.length; i++) {
                much[i] = (byte) (i * 31 + (i >> 11));
            }
            var sent = CompletableFuture.runAsync(() -> send(socket, much));
            assertThat(peer.getInputStream().readAllBytes()).isEqualTo(much);
            sent.join();
            peer.getOutputStream().write(much);
            peer.shutdownOutput();
            heard.all();
            assertThat(heard.bytes.toByteArray()).isEqualTo(much);
        }
    }

    private static void send(ContainerSocket socket, byte[] bytes) {
        try {
            socket.send(bytes, 0, bytes.length);
            socket.endOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closingWakesWhoSendsToOneThatDoesNotRead() throws Exception {
        var socket = forger("tcp", TCP).answers().socket();
        Heard.of(socket).awaitConnected();
        try (var _ = target.accept()) {
            var sending = CompletableFuture.runAsync(() -> send(socket, new byte[64 << 20]));
            assertThatThrownBy(() -> sending.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            socket.close();
            assertThatThrownBy(() -> sending.get(SOON.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(ClosedChannelException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"silent", "tcp"})
    void closingWakesWhoReceives(String kind) throws Exception {
        var forger = forger(kind, TCP).answers();
        var heard = Heard.of(forger.socket());
        if (kind.equals("tcp")) {
            heard.awaitConnected();
        }
        forger.socket().close();

        assertThatThrownBy(heard::all).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> Heard.of(forger.socket()).all()).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void thePortersEndIsTheSocketsEnd() throws Exception {
        var forger = forger("tcp", TCP).answers();
        var heard = Heard.of(forger.socket()).awaitConnected();
        try (var peer = target.accept()) {
            peer.getOutputStream().write("last words".getBytes(UTF_8));
            Await.until("last words", () -> heard.bytes.size() > 0);
            forger.dies();
            assertThat(heard.all()).isEqualTo("last words");
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aPorterThatGoesOnAfterItsAnswerEndsItsSocket() throws Exception {
        var forger = forger("tcp", TCP).answers();
        var heard = Heard.of(forger.socket()).awaitConnected();
        forger.does("link.sendall(b'more')");

        assertThat(heard.all()).isEmpty();
    }

    @Test
    void aResetIsAnEnd() throws Exception {
        var socket = forger("tcp", TCP).answers().socket();
        var heard = Heard.of(socket).awaitConnected();
        var peer = target.accept();
        peer.setSoLinger(true, 0);
        peer.close();

        assertThat(heard.all()).isEmpty();
        assertThatThrownBy(() -> socket.send(new byte[1], 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessage("send: EPIPE");
    }

    @Test
    void aPorterThatEndsBeforeItsAnswerIsToldSo() throws Exception {
        var forger = forger("silent", TCP);
        var heard = Heard.of(forger.socket());
        forger.dies();

        assertThatThrownBy(heard::all)
                .hasCauseInstanceOf(SocketRefusedException.class)
                .hasRootCauseMessage("the container went away");
    }

    @ParameterizedTest
    @CsvSource({
        "fifo, it is no socket",
        "file, it is no socket",
        "zero, it is no socket",
        "path, it is no socket",
        "epoll, it is no socket",
        "datagram, it is no stream socket",
        "listener, it listens",
        "unconnected, it is not connected",
        "pair, it is a socket of another family",
        "itself, it is a socket of another family",
        "gateway, it is a socket of another family",
        "none, fewer descriptors than 1",
        "two, more descriptors than 1",
        "ten, more descriptors than 1",
        "twice, more descriptors than 1",
        "failed, no",
        "longer, more than an answer",
    })
    void whatIsNoConnectionIsRefusedAndClosed(String kind, String why) throws Exception {
        refuses(forger(kind, TCP), why);
    }

    @ParameterizedTest
    @CsvSource({
        "tcp, it is a socket of another family",
        "packets, it is no stream socket",
        "gateway, it leads to the gateway itself",
    })
    void whatIsNoUnixConnectionIsRefusedAndClosed(String kind, String why) throws Exception {
        refuses(forger(kind, UNIX), why);
    }

    private static void refuses(Forger forger, String why) throws Exception {
        var before = forger.open();
        var heard = Heard.of(forger.answers().socket());

        assertThatThrownBy(heard::all).cause().isInstanceOf(IOException.class).hasMessageContaining(why);
        assertThat(heard.connected).isCompletedExceptionally();
        Await.until("nothing is kept", SOON, () -> forger.open() <= before);
    }

    @Test
    void aUnixConnectionIsTaken() throws Exception {
        var forger = forger("pair", UNIX).answers();
        Heard.of(forger.socket()).awaitConnected();
        assertThat(forger.open()).isOne();

        forger.socket().close();
        Await.until("it is closed", SOON, () -> forger.open() == 0);
    }

    /// The container can make a socket block, for both who have it.
    @Test
    void aSocketThatBlocksHoldsNoThread() throws Exception {
        int carriers = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i <= carriers; i++) {
            var forger = forger("tcp", TCP).answers();
            Heard.of(forger.socket()).awaitConnected();
            forger.does("passed[0].setblocking(True)");
            target.accept();
        }
        var ran = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> ran.complete(true));

        assertThat(ran.get(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /// Whoever closes a socket that is told to linger waits until everything has been taken.
    @Test
    void aSocketThatLingersHoldsNobodyWhoCloses() throws Exception {
        var forger = forger("tcp", TCP).answers();
        Heard.of(forger.socket()).awaitConnected();
        forger.does("passed[0].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 600))");
        try (var _ = target.accept()) {
            Thread.ofVirtual()
                    .start(() -> assertThatThrownBy(() -> send(forger.socket(), new byte[64 << 20]))
                            .hasRootCauseInstanceOf(ClosedChannelException.class));
            Await.until("it is full", SOON, () -> queued(forger) > 0);
            forger.dies();
            forger.socket().close();

            Await.until("it is closed", SOON, () -> forger.open() == 0);
            Await.until("nobody waits", SOON, () -> !isClosing());
        }
    }

    private static boolean isClosing() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().startsWith("descriptor-close-"))
                .flatMap(entry -> Stream.of(entry.getValue()))
                .anyMatch(frame -> frame.getClassName().endsWith("posix.Calls"));
    }

    /// Bytes that the other side has not taken.
    private int queued(Forger forger) throws IOException {
        var inode = forger.passed().getFirst().replaceAll("\\D", "");
        return Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(words -> words.length > 9 && words[9].equals(inode))
                .mapToInt(words -> Integer.parseInt(words[4].split(":", -1)[0], 16))
                .sum();
    }

    /// An error that nobody takes from the socket's queue (here the time at which a byte was sent) is reported for
    /// ever.
    @Test
    void aSocketThatIsReadyForEverCostsTheGatewayLittle() throws Exception {
        var forger = forger("tcp", TCP).answers();
        var heard = Heard.of(forger.socket()).awaitConnected();
        try (var peer = target.accept()) {
            forger.does("passed[0].setsockopt(socket.SOL_SOCKET, 37, 0x312); passed[0].send(b'x'); import time");
            assertThat(peer.getInputStream().read()).isEqualTo('x');
            long before = pollerTime();
            forger.does("time.sleep(1)");
            assertThat(Duration.ofNanos(pollerTime() - before)).isLessThan(Duration.ofMillis(100));

            peer.getOutputStream().write("heard all the same".getBytes(UTF_8));
            peer.shutdownOutput();
            assertThat(heard.all()).isEqualTo("heard all the same");
        }
    }

    private static long pollerTime() {
        var threads = ManagementFactory.getThreadMXBean();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("socket-poller"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.threadId()))
                .sum();
    }
}
