package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a passed pipe or socket takes without waiting.
class GivenInputTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /// Far more than a pipe or a socket holds.
    private static final int MUCH = 64 << 20;

    private static final byte[] BYTES = bytes();

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private ServerSocket target;

    @BeforeEach
    void listen() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        target.close();
    }

    private static byte[] bytes() {
        var bytes = new byte[MUCH];
        for (int i = 0; i < MUCH; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 11));
        }
        return bytes;
    }

    /// Gives 32 KiB at a time, until less is taken.
    private static int fill(IntUnaryOperator give) {
        int given = 0;
        for (int count = 1; count > 0; given += count) {
            count = give.applyAsInt(given);
        }
        return given;
    }

    private Forger pipes() throws IOException {
        return Forger.started(directory, "pipes", target.getLocalPort());
    }

    private ContainerProcess process(Forger forger) throws IOException {
        var process = PassedProcessTest.process(forger);
        Thread.ofVirtual().start(() -> copy(process));
        return process;
    }

    private void copy(ContainerProcess process) {
        try {
            process.copyOutput(out, OutputStream.nullOutputStream());
        } catch (IOException _) {
            // Its end is not what these tests are about.
        }
    }

    @Test
    void aPipeTakesWhatItHolds() throws Exception {
        try (var forger = pipes();
                var process = process(forger)) {
            assertThat(process.giveNow(BYTES, 0, 10))
                    .as("before it has started")
                    .isZero();
            forger.answers();
            Await.until("it has started", SOON, () -> process.giveNow(BYTES, 0, 10) == 10);
            int given = 10 + fill(at -> process.giveNow(BYTES, 10 + at, 32 * 1024));
            assertThat(given).isBetween(64 * 1024, 1 << 20);

            forger.does("left = %d; os.set_blocking(stdout[1], True)".formatted(given));
            forger.does("while left: part = os.read(stdin[0], 32768); left -= os.write(stdout[1], part)");
            Await.until("it has all", SOON, () -> out.size() == given);
            assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(BYTES, given));
            assertThat(process.giveNow(BYTES, 0, 1)).as("now there is room").isEqualTo(1);
            process.stdin().close();
            assertThat(process.giveNow(BYTES, 0, 1)).as("after its end").isZero();
        }
    }

    @Test
    void aPipeThatNobodyReadsTakesNothing() throws Exception {
        try (var forger = pipes();
                var process = process(forger)) {
            forger.answers();
            Await.until("it has started", SOON, () -> process.giveNow(BYTES, 0, 1) == 1);
            forger.does("os.close(stdin[0])");
            assertThat(process.giveNow(BYTES, 0, 1)).isZero();
        }
    }

    @Test
    void aSocketTakesWhatItHolds() throws Exception {
        try (var forger =
                Forger.connected(directory, "tcp", new Endpoint.Tcp("localhost", 80), target.getLocalPort())) {
            forger.answers();
            var socket = forger.socket();
            var connected = new ByteArrayOutputStream();
            Thread.ofVirtual().start(() -> receive(socket, connected));
            Await.until("it is connected", SOON, () -> connected.size() > 0);
            try (var peer = target.accept()) {
                int given = fill(at -> socket.sendNow(BYTES, at, 32 * 1024));
                assertThat(given).isBetween(32 * 1024, MUCH - 1);
                socket.endOutput();
                assertThat(peer.getInputStream().readAllBytes()).isEqualTo(Arrays.copyOf(BYTES, given));
            }
            socket.close();
            assertThat(socket.sendNow(BYTES, 0, 1)).isZero();
        }
    }

    private static void receive(PassedSocket socket, ByteArrayOutputStream connected) {
        try {
            socket.receive(new ContainerSocket.Receiver() {
                @Override
                public void connected() {
                    connected.write('x');
                }

                @Override
                public void data(byte[] source, int offset, int length) {}

                @Override
                public void pause() {}
            });
        } catch (IOException _) {
            // Its end is not what this test is about.
        }
    }
}
