package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long an engine is waited for.
class EngineWorkTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private ServerSocketChannel server;
    private EngineClient engine;
    private volatile CountDownLatch pinged = new CountDownLatch(1);

    @BeforeEach
    void listen() throws IOException {
        var socket = directory.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::answerPings);
        engine = new EngineClient(socket, TIMEOUT);
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
        server.close();
    }

    private void answerPings() {
        try {
            while (server.isOpen()) {
                try (var channel = server.accept()) {
                    channel.read(ByteBuffer.allocate(1024));
                    channel.write(ByteBuffer.wrap("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK"
                            .getBytes(StandardCharsets.US_ASCII)));
                    pinged.countDown();
                }
            }
        } catch (AsynchronousCloseException _) {
            // closed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// It answers two pings while it is at work: several times its timeout.
    @Test
    void oneThatIsAtWorkIsWaitedFor() {
        var done = engine.work(_ -> {
            for (int i = 0; i < 2; i++) {
                pinged = new CountDownLatch(1);
                await(pinged);
            }
            return "done";
        });
        assertThat(done).isEqualTo("done");
    }

    @Test
    void oneThatAnswersNobodyIsNot() {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> engine.work(_ -> {
                    server.close();
                    await(new CountDownLatch(1));
                    return "never";
                }))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("ENGINE_UNAVAILABLE"));
    }

    @Test
    void aQuestionHasItsTimeout() {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> engine.ask(_ -> {
                    await(new CountDownLatch(1));
                    return "never";
                }))
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("ENGINE_UNAVAILABLE"));
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
