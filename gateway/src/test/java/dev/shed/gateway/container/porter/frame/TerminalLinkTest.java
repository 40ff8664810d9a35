package dev.shed.gateway.container.porter.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.posix.PlatformThreads;
import dev.shed.gateway.posix.StreamSocket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalLinkTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final byte[] KEY = {1, 2, 3};

    @TempDir
    private Path directory;

    private ServerSocketChannel server;
    private final List<Terminal> terminals = new ArrayList<>();

    /// What was received, and by which kind of thread.
    private record Piece(String text, boolean virtual) {}

    /// A connection with a thread that receives, and the porter's end of it.
    private record Terminal(
            Link link, SocketChannel porter, BlockingQueue<Piece> pieces, CompletableFuture<Void> received) {
        void shows(String text) throws IOException {
            porter.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
        }

        /// What is received when the porter sends this.
        Piece shown(String text) throws Exception {
            shows(text);
            var piece = pieces.poll(10, TimeUnit.SECONDS);
            assertThat(piece).isNotNull();
            assertThat(piece.text()).isEqualTo(text);
            return piece;
        }

        /// Types, and has the answer.
        Terminal typed() throws Exception {
            link.send(ByteBuffer.wrap(KEY));
            shown("answer");
            return this;
        }

        void ends() throws Exception {
            received.get(10, TimeUnit.SECONDS);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        var place = UnixDomainSocketAddress.of(directory.resolve("porter.sock"));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(place);
    }

    @AfterEach
    void close() throws IOException {
        for (var terminal : terminals) {
            terminal.link().close();
            terminal.porter().close();
        }
        server.close();
    }

    private Terminal terminal(Duration soon, PlatformThreads threads) throws IOException {
        var porter = SocketChannel.open(server.getLocalAddress());
        var link = new TerminalLink(StreamSocket.of(server.accept()), soon, threads);
        var terminal = new Terminal(link, porter, new LinkedBlockingQueue<>(), new CompletableFuture<>());
        Thread.ofVirtual().start(() -> receive(terminal));
        terminals.add(terminal);
        return terminal;
    }

    private static void receive(Terminal terminal) {
        try {
            terminal.link()
                    .receive((source, offset, length) -> terminal.pieces()
                            .add(new Piece(
                                    new String(source, offset, length, UTF_8),
                                    Thread.currentThread().isVirtual())));
            terminal.received().complete(null);
        } catch (IOException | RuntimeException e) {
            terminal.received().completeExceptionally(e);
        }
    }

    @Test
    void whereNobodyTypesNoPlatformThreadWaits() throws Exception {
        var terminal = terminal(LONG, new PlatformThreads(1));
        assertThat(terminal.shown("a").virtual()).isTrue();
        assertThat(terminal.shown("b").virtual()).isTrue();
    }

    @Test
    void whileSomebodyTypesAPlatformThreadWaits() throws Exception {
        var terminal = terminal(LONG, new PlatformThreads(1)).typed();
        assertThat(terminal.shown("a").virtual()).isFalse();
        assertThat(terminal.shown("b").virtual()).isFalse();
    }

    @Test
    void whenNobodyTypesAnyLongerTheThreadGoes() throws Exception {
        var threads = new PlatformThreads(1);
        var terminal = terminal(Duration.ofSeconds(1), threads).typed();
        Await.until("the thread is taken", () -> !threads.run(() -> {}));
        Await.until("the thread has gone", () -> threads.run(() -> {}));
        assertThat(terminal.shown("a").virtual()).isTrue();
    }

    @Test
    void outputAloneDoesNotKeepTheThread() throws Exception {
        var terminal = terminal(Duration.ofMillis(50), new PlatformThreads(1)).typed();
        Await.until("the thread has gone", () -> terminal.shown("a").virtual());
    }

    @Test
    void withoutAFreeThreadItIsReceivedAllTheSame() throws Exception {
        var threads = new PlatformThreads(1);
        var first = terminal(LONG, threads).typed();
        assertThat(first.shown("a").virtual()).isFalse();
        var second = terminal(LONG, threads).typed();
        assertThat(second.shown("a").virtual()).isTrue();
        first.link().close();
        Await.until("the second has the thread", () -> !second.shown("b").virtual());
    }

    @Test
    void closingWakesThePlatformThread() throws Exception {
        var terminal = terminal(LONG, new PlatformThreads(1)).typed();
        assertThat(terminal.shown("a").virtual()).isFalse();
        terminal.link().close();
        assertThat(terminal.porter().read(ByteBuffer.allocate(KEY.length))).isEqualTo(KEY.length);
        assertThat(terminal.porter().read(ByteBuffer.allocate(1))).isNegative();
        assertThatThrownBy(terminal::ends)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ClosedChannelException.class);
    }

    @Test
    void thePortersEndWakesThePlatformThread() throws Exception {
        var terminal = terminal(LONG, new PlatformThreads(1)).typed();
        assertThat(terminal.shown("a").virtual()).isFalse();
        terminal.porter().close(); // with input unread
        terminal.ends();
    }

    /// A porter that reads nothing holds up nobody.
    @Test
    void whatIsSentNowIsSentWholeOrNotAtAll() throws Exception {
        var terminal = terminal(LONG, new PlatformThreads(1));
        var frame = new byte[500];
        int sent = 0;
        while (terminal.link().sendNow(frame)) {
            sent += frame.length;
        }
        assertThat(sent).isPositive();
        terminal.link().endOutput();
        var read = ByteBuffer.allocate(sent + 1);
        while (terminal.porter().read(read) > 0) {
            assertThat(read.hasRemaining()).isTrue();
        }
        assertThat(read.position()).isEqualTo(sent);
    }
}
