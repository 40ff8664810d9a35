package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.failure.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A process whose streams a container passes, and what a hostile one passes.
class PassedProcessTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String OUTPUT_ENDS = "os.close(stdout[1]); os.close(stderr[1])";
    private static final String EXITS = "link.sendall(bytes([0xA5, 0, 0, 0, 1, 9, 0xA2, 0, 0, 0, 0]))";

    /// Outputs that take nothing more, and what makes them fail.
    private final AtomicInteger waiting = new AtomicInteger();

    private final CountDownLatch fails = new CountDownLatch(1);

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
        var forger = Forger.started(directory, kind, target.getLocalPort());
        forgers.add(forger);
        return forger;
    }

    static ContainerProcess process(Forger forger) throws IOException {
        return forger.process(Optional.empty());
    }

    private CompletableFuture<ExitStatus> copied(ContainerProcess process) {
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

    @Test
    void itsStreamsAreReadAndWritten() throws Exception {
        var forger = forger("pipes").answers();
        var process = process(forger);
        var copied = copied(process);
        process.stdin().write("xquestion".getBytes(UTF_8), 1, 8);
        process.stdin().close();
        forger.does("os.close(pipes[0]); os.write(stdout[1], os.read(stdin[0], 100) + b'!'); os.read(stdin[0], 1)");
        forger.does("os.write(stderr[1], b'apart')");
        Await.until("they arrive", SOON, () -> out.size() > 0 && err.size() > 0);
        assertThat(copied).isNotDone();
        forger.does(EXITS);
        forger.does("os.write(stdout[1], b' and late output')");
        forger.does(OUTPUT_ENDS);

        assertThat(soon(copied)).isEqualTo(ExitStatus.of(9));
        assertThat(out.toString(UTF_8)).isEqualTo("question! and late output");
        assertThat(err.toString(UTF_8)).isEqualTo("apart");
        process.close();
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    @Test
    void muchArrivesWhole() throws Exception {
        var forger = forger("pipes").answers();
        var process = process(forger);
        var copied = copied(process);
        var much = new byte[5_000_000];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) (i * 31 + (i >> 11));
        }
        var sent = CompletableFuture.runAsync(() -> write(process, much));
        forger.does("os.close(pipes[0]); os.set_blocking(stdin[0], True)");
        forger.does("for part in iter(lambda: os.read(stdin[0], 65536), b''): os.writev(stdout[1], [part])");
        forger.does(OUTPUT_ENDS);
        forger.does(EXITS);
        soon(sent);

        assertThat(soon(copied)).isEqualTo(ExitStatus.of(9));
        assertThat(out.toByteArray()).isEqualTo(much);
    }

    /// Much output is read on platform threads, of which there are few: those may all wait for their readers.
    @Test
    void outputThatNobodyTakesHoldsUpNoOther() throws Exception {
        int more = Math.max(4, 2 * Runtime.getRuntime().availableProcessors()) + 1;
        for (int i = 0; i < more; i++) {
            var process = process(flooding());
            var stalled = new StalledOutput();
            Thread.ofVirtual()
                    .name("stalled-output")
                    .start(() -> assertThatThrownBy(() -> process.copyOutput(stalled, stalled))
                            .isInstanceOf(IOException.class));
        }
        Await.until("they wait", SOON, () -> waiting.get() == more);
        var copied = copied(process(flooding()));

        assertThat(soon(copied)).isEqualTo(ExitStatus.of(9));
        assertThat(out.size()).isEqualTo(4 << 20);
        fails.countDown();
        Await.until(
                "their threads have ended",
                SOON,
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("stalled-output")));
    }

    /// A process that writes four mebibytes and ends.
    private Forger flooding() throws Exception {
        var forger = forger("pipes").answers();
        forger.does(EXITS);
        forger.does("import threading");
        forger.does("threading.Thread(target=lambda: [os.writev(stdout[1], [bytes(65536)]) for _ in range(64)]"
                + " and [os.close(stdout[1]), os.close(stderr[1])]).start()");
        return forger;
    }

    /// Takes much, and then nothing more.
    private final class StalledOutput extends OutputStream {
        private int taken;

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            taken += length;
            if (taken > 2 << 20) {
                waiting.incrementAndGet();
                try {
                    fails.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                throw new IOException("nobody takes it");
            }
        }
    }

    private static void write(ContainerProcess process, byte[] bytes) {
        try {
            process.stdin().write(bytes);
            process.stdin().close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closingWakesWhoReadsAndWhoWrites() throws Exception {
        var forger = forger("pipes").answers();
        var process = process(forger);
        var copied = copied(process);
        var sending = CompletableFuture.runAsync(() -> write(process, new byte[1 << 20]));
        assertThatThrownBy(() -> sending.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        process.close();

        assertThatThrownBy(() -> soon(sending))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> soon(copied)).hasCauseInstanceOf(IOException.class);
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    /// It may still be read by a child of the process.
    @Test
    void theEndOfTheProcessEndsItsInput() throws Exception {
        var forger = forger("pipes").answers();
        var process = process(forger);
        var copied = copied(process);
        forger.does("os.close(pipes[0]); os.set_blocking(stdin[0], True)");
        forger.does(EXITS);
        forger.does("os.read(stdin[0], 1)");
        assertThatThrownBy(() -> process.stdin().write(1)).isInstanceOf(IOException.class);
        forger.does(OUTPUT_ENDS);

        assertThat(soon(copied)).isEqualTo(ExitStatus.of(9));
    }

    @Test
    void inputThatNobodyReadsIsABrokenPipe() throws Exception {
        var forger = forger("pipes").answers();
        var process = process(forger);
        var copied = copied(process);
        forger.does("os.close(stdin[0])");

        assertThatThrownBy(() -> process.stdin().write(1)).hasMessage("write: EPIPE");
        assertThat(copied).isNotDone();
    }

    @ParameterizedTest
    @CsvSource({
        "fifo, its porter passed something else than its streams: it is no pipe",
        "file, its porter passed something else than its streams: it is no pipe",
        "zero, its porter passed something else than its streams: it is no pipe",
        "path, its porter passed something else than its streams: it is no pipe",
        "epoll, its porter passed something else than its streams: it is no pipe",
        "tcp, its porter passed something else than its streams: it is no pipe",
        "itself, its porter passed something else than its streams: it is no pipe",
        "gateway, its porter passed something else than its streams: it is no pipe",
        "none, its porter passed something else than its streams: fewer descriptors than 3",
        "two, its porter passed something else than its streams: fewer descriptors than 3",
        "four, its porter passed something else than its streams: more descriptors than 3",
        "ten, its porter passed something else than its streams: more descriptors than 3",
        "twice, its porter passed something else than its streams: more descriptors than 3",
    })
    void whatAreNoPipesIsRefusedAndClosed(String kind, String why) throws Exception {
        var forger = forger(kind);
        var before = forger.open();
        var copied = copied(process(forger.answers()));

        assertThatThrownBy(() -> soon(copied))
                .cause()
                .isInstanceOf(ProcessLostException.class)
                .hasMessageStartingWith(why);
        Await.until("nothing is kept", SOON, () -> forger.open() <= before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "b'\\xa0\\0\\0\\0\\1x'",
                "b'\\xa3\\0\\0\\0\\4\\0\\0\\0\\1'",
                "b'\\x90\\0\\0\\0\\x0c' + bytes(12)",
            })
    void whatBreaksTheProtocolIsLost(String frame) throws Exception {
        var forger = forger("pipes").answers();
        var copied = copied(process(forger));
        forger.does("link.sendall(" + frame + ")");

        assertThatThrownBy(() -> soon(copied)).hasStackTraceContaining("its porter breaks the protocol");
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    @Test
    void descriptorsThatComeLaterAreRefused() throws Exception {
        var forger = forger("pipes").answers();
        var copied = copied(process(forger));
        forger.does("os.write(stdout[1], b'x')");
        Await.until("it runs", SOON, () -> out.size() > 0);
        forger.does("socket.send_fds(link, [b'\\xa2'], pipes)");

        assertThatThrownBy(() -> soon(copied)).hasStackTraceContaining("more descriptors than 3");
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    @Test
    void aFailureWithDescriptorsKeepsNone() throws Exception {
        var forger = forger("failed").answers();
        var process = process(forger);

        assertThatThrownBy(() -> soon(copied(process))).hasStackTraceContaining("its porter says: no");
        assertThatThrownBy(() -> process.stdin().write(1)).isInstanceOf(IOException.class);
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPorterThatEndsFirstIsALoss(boolean answered) throws Exception {
        var forger = forger(answered ? "pipes" : "silent").answers();
        var copied = copied(process(forger));
        forger.does("pass");
        forger.dies();

        assertThatThrownBy(() -> soon(copied))
                .hasRootCauseInstanceOf(ProcessLostException.class)
                .hasRootCauseMessage("it is lost");
        Await.until("nothing is kept", SOON, () -> forger.open() == 0);
    }

    /// The container has the descriptions that it passed, and can make them block.
    @Test
    void pipesThatBlockHoldNoThread() throws Exception {
        int carriers = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i <= carriers; i++) {
            var forger = forger("pipes").answers();
            var process = process(forger);
            var _ = copied(process);
            forger.does("[os.set_blocking(pipe, True) for pipe in pipes]; os.write(stdout[1], b'x')");
            int before = i;
            Await.until("it is read", SOON, () -> out.size() > before);
            Thread.ofVirtual()
                    .start(() -> assertThatThrownBy(() -> process.stdin().write(new byte[1 << 20]))
                            .isInstanceOf(IOException.class));
        }
        var ran = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> ran.complete(true));

        assertThat(soon(ran)).isTrue();
    }
}
