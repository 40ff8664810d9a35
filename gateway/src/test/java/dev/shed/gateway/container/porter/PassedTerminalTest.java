package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.container.porter.task.PorterProcess;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.posix.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A process whose terminal a container passes, and what a hostile one passes.
class PassedTerminalTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String EXITS = "link.sendall(bytes([0xA5, 0, 0, 0, 1, 9, 0xA2, 0, 0, 0, 0]))";

    /// As whoever shares the description can do at any time.
    private static final String BLOCKS = "os.set_blocking(master, True)";

    private static final String HELD_UP = "its porter made the gateway wait for its terminal";

    @TempDir
    private Path directory;

    private ServerSocket target;
    private final List<Forger> forgers = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void listen() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        for (var forger : forgers) {
            forger.close();
        }
        target.close();
    }

    private Forger forger(String kind) throws IOException {
        var forger = Forger.terminal(directory, kind, target.getLocalPort());
        forgers.add(forger);
        return forger;
    }

    private static PorterProcess process(Forger forger) throws IOException {
        return forger.process(Optional.of(new ExecSpec.Terminal("xterm", WindowSize.DEFAULT)));
    }

    private CompletableFuture<ExitStatus> copied(PorterProcess process) {
        var result = new CompletableFuture<ExitStatus>();
        Thread.ofVirtual().start(() -> {
            try {
                process.copyOutput(out, err);
                result.complete(process.waitFor());
            } catch (IOException | InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        return future.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private static void givesKey(PorterProcess process) throws Exception {
        Await.until("it takes a key", SOON, () -> process.giveNow(new byte[] {'k'}, 0, 1) == 1);
    }

    private static CompletableFuture<Void> writing(PorterProcess process, byte[] bytes) {
        var written = new CompletableFuture<Void>();
        Thread.ofVirtual().start(() -> {
            try {
                process.stdin().write(bytes);
                written.complete(null);
            } catch (IOException | RuntimeException e) {
                written.completeExceptionally(e);
            }
        });
        return written;
    }

    @Test
    void theyAreAvailableHere() {
        assertThat(Terminal.available()).isTrue();
    }

    @Test
    void itIsReadAndWritten() throws Exception {
        var forger = forger("terminal").answers();
        var process = process(forger);
        var copied = copied(process);
        givesKey(process);
        process.stdin().write("xeys".getBytes(UTF_8), 1, 3);
        process.stdin().close();
        forger.does("os.write(slave, b'typed: ' + os.read(slave, 1) + os.read(slave, 3))");
        Await.until("it arrives", SOON, () -> out.size() > 0);
        givesKey(process);
        assertThat(copied).isNotDone();
        forger.does("os.write(slave, b' and the last'); os.close(slave)");
        forger.does(EXITS);

        assertThat(soon(copied)).isEqualTo(ExitStatus.of(9));
        assertThat(out.toString(UTF_8)).isEqualTo("typed: keys and the last");
        assertThat(err.size()).isZero();
        process.close();
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    @Test
    void muchArrivesWhole() throws Exception {
        var forger = forger("terminal").answers();
        var process = process(forger);
        var copied = copied(process);
        var much = new byte[3_000_000];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) (i * 31 + (i >> 11));
        }
        var written = writing(process, much);
        forger.does("left = %d".formatted(much.length));
        forger.does("while left: left -= os.write(slave, os.read(slave, 4096))");
        forger.does(EXITS);

        soon(written);
        assertThat(soon(copied)).isEqualTo(ExitStatus.of(9));
        assertThat(out.toByteArray()).isEqualTo(much);
    }

    /// Somebody else who has the terminal does not hold the end.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsWrittenBeforeTheEndIsAll(boolean typed) throws Exception {
        var forger = forger("terminal").answers();
        var process = process(forger);
        var copied = copied(process);
        if (typed) {
            givesKey(process);
        }
        forger.does("os.write(slave, b'last words')");
        assertThatThrownBy(() -> copied.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        forger.does(EXITS);

        assertThat(copied.get(900, TimeUnit.MILLISECONDS)).isEqualTo(ExitStatus.of(9));
        assertThat(out.toString(UTF_8)).isEqualTo("last words");
    }

    @Test
    void whatGoesOnWritingDoesNotHoldTheEnd() throws Exception {
        var forger = forger("terminal").answers();
        var copied = copied(process(forger));
        forger.does(
                "threading.Thread(target=lambda: [os.write(slave, bytes(4096)) for _ in range(1 << 30)], daemon=True)"
                        + ".start()");
        Await.until("it writes", SOON, () -> out.size() > 100_000);
        forger.does(EXITS);

        assertThat(soon(copied)).isEqualTo(ExitStatus.of(9));
    }

    @Test
    void closingWakesWhoReadsAndWhoWrites() throws Exception {
        var forger = forger("terminal").answers();
        var process = process(forger);
        var copied = copied(process);
        givesKey(process);
        var written = writing(process, new byte[1 << 20]);
        assertThatThrownBy(() -> written.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        process.close();

        assertThatThrownBy(() -> soon(written)).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> soon(copied)).hasCauseInstanceOf(IOException.class);
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
        assertThat(process.wasHeldUp()).isFalse();
    }

    /// The terminal hangs up when the gateway's descriptor was the last.
    @Test
    void aPorterThatIsKilledHangsUp() throws Exception {
        var forger = forger("terminal").answers();
        var copied = copied(process(forger));
        forger.does("os.write(slave, b'x')");
        Await.until("it runs", SOON, () -> out.size() > 0);
        forger.dies();

        assertThatThrownBy(() -> soon(copied)).hasRootCauseInstanceOf(ProcessLostException.class);
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    @ParameterizedTest
    @CsvSource({
        "fifo, it is no terminal's master",
        "file, it is no terminal's master",
        "zero, it is no terminal's master",
        "path, it is no terminal's master",
        "other end, it is no terminal's master",
        "epoll, it is no terminal's master",
        "tcp, it is no terminal's master",
        "itself, it is no terminal's master",
        "gateway, it is no terminal's master",
        "blocking, reading it may wait",
        "none, fewer descriptors than 1",
        "two, more descriptors than 1",
        "ten, more descriptors than 1",
        "twice, more descriptors than 1",
    })
    void whatIsNoMasterIsRefusedAndClosed(String kind, String why) throws Exception {
        var forger = forger(kind);
        var before = forger.open();
        var copied = copied(process(forger.answers()));

        assertThatThrownBy(() -> soon(copied))
                .cause()
                .isInstanceOf(ProcessLostException.class)
                .hasMessageStartingWith("its porter passed something else than its streams: " + why);
        Await.until("nothing is kept", SOON, () -> forger.open() <= before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b'\\xa0\\0\\0\\0\\1x'", "b'\\xa3\\0\\0\\0\\4\\0\\0\\0\\1'"})
    void framesForItsStreamsBreakTheProtocol(String frame) throws Exception {
        var forger = forger("terminal").answers();
        var copied = copied(process(forger));
        forger.does("link.sendall(" + frame + ")");

        assertThatThrownBy(() -> soon(copied)).hasStackTraceContaining("its porter breaks the protocol");
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    @Test
    void aFailureIsSaidAtTheTerminal() throws Exception {
        var forger = forger("failed").answers();

        assertThatThrownBy(() -> soon(copied(process(forger)))).hasStackTraceContaining("its porter says: no");
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    /// A read that finds nothing waits then, on whatever thread it is made.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReadThatIsMadeToWaitEndsTheProcess(boolean typed) throws Exception {
        var forger = forger("terminal").answers();
        var process = process(forger);
        var copied = copied(process);
        forger.does("os.write(slave, b'x')");
        Await.until("it runs", SOON, () -> out.size() > 0);
        if (typed) {
            givesKey(process);
        }
        forger.does(BLOCKS + "; os.write(slave, b'x')");

        assertThatThrownBy(() -> copied.get(1, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(ProcessLostException.class)
                .hasMessage(HELD_UP);
        assertThat(process.wasHeldUp()).isTrue();
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    /// What takes the bytes first does the same.
    @Test
    void aReaderInTheContainerEndsTheProcess() throws Exception {
        var forger = forger("terminal").answers();
        var process = process(forger);
        var copied = copied(process);
        givesKey(process);
        forger.does(BLOCKS + "; threading.Thread(target=lambda: [os.read(master, 1) for _ in range(1 << 30)],"
                + " daemon=True).start()");
        forger.does("for _ in range(1000): os.write(slave, b'x')");

        assertThatThrownBy(() -> soon(copied)).cause().hasMessage(HELD_UP);
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    @Test
    void aWriteThatIsMadeToWaitEndsTheProcess() throws Exception {
        var forger = forger("terminal").answers();
        var process = process(forger);
        var copied = copied(process);
        givesKey(process);
        forger.does(BLOCKS);

        assertThatThrownBy(() -> soon(writing(process, new byte[1 << 20]))).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> soon(copied)).cause().hasMessage(HELD_UP);
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    /// More of them than there are carriers of virtual threads delay others by a moment only.
    @Test
    void terminalsThatBlockHoldNoThread() throws Exception {
        int many = Runtime.getRuntime().availableProcessors() + 2;
        var all = new ArrayList<CompletableFuture<ExitStatus>>();
        for (int i = 0; i < many; i++) {
            var forger = forger("terminal").answers();
            all.add(copied(process(forger)));
            int before = i;
            forger.does("os.write(slave, b'x')");
            Await.until("it is read", SOON, () -> out.size() > before);
        }
        for (var forger : forgers) {
            forger.does(BLOCKS + "; os.write(slave, b'x')");
        }
        var ran = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> ran.complete(true));

        assertThat(ran.get(2, TimeUnit.SECONDS)).isTrue();
        for (var copied : all) {
            assertThatThrownBy(() -> soon(copied)).cause().hasMessage(HELD_UP);
        }
    }

    /// A terminal whose program does not read is not taken for one that blocks, nor is one without output.
    @Test
    void waitingIsNoOffence() throws Exception {
        var forger = forger("terminal").answers();
        var process = process(forger);
        var copied = copied(process);
        var much = new byte[300_000];
        Arrays.fill(much, (byte) 'y');
        var written = writing(process, much);
        assertThatThrownBy(() -> written.get(1500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        forger.does("left = %d".formatted(much.length));
        forger.does("while left: left -= len(os.read(slave, 4096))");
        soon(written);
        forger.does(EXITS);

        assertThat(soon(copied)).isEqualTo(ExitStatus.of(9));
    }
}
