package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Hello;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever is in a container can dial.
class PorterServerTest {
    @TempDir
    private Path directory;

    private final LinkedBlockingQueue<Hello> admitted = new LinkedBlockingQueue<>();
    private PorterServer server;
    private Path socket;

    @BeforeEach
    void open() throws IOException {
        socket = directory.resolve("s");
        server = PorterServer.open(socket, "secret".getBytes(UTF_8), (hello, _, _) -> admitted.add(hello), "test");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private SocketChannel dial(byte[] words) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        channel.write(ByteBuffer.wrap(words));
        return channel;
    }

    private static byte[] hello(int version, String token) {
        var frame = new FrameWriter(Frames.HELLO)
                .u8(Hello.DATA)
                .string(token)
                .string("1.0")
                .u32(1)
                .string("")
                .string("")
                .u32(0)
                .frame();
        return ByteBuffer.allocate(1 + frame.length)
                .put((byte) version)
                .put(frame)
                .array();
    }

    private static int read(SocketChannel channel) throws IOException {
        var one = ByteBuffer.allocate(1);
        try {
            return channel.read(one) < 0 ? -1 : one.get(0);
        } catch (IOException _) {
            return -1; // closed with something unread
        }
    }

    @Test
    void aSocketThatIsLeftIsDeafAndIsReplaced() throws Exception {
        server.leave();
        server.close();
        assertThat(socket).exists();
        assertDeaf();

        open();
        assertLetsIn();
    }

    /// The last accept may still be on its way out, and take a connection.
    private void assertDeaf() {
        try (var porter = dial(hello(1, "secret"))) {
            assertThat(read(porter)).isEqualTo(-1);
        } catch (IOException _) {
            // It did not get in at all.
        }
        assertThat(admitted).isEmpty();
    }

    @Test
    void theTokenLetsIn() throws Exception {
        assertLetsIn();
    }

    private void assertLetsIn() throws Exception {
        try (var porter = dial(hello(1, "secret"))) {
            assertThat(read(porter)).isEqualTo(Frames.VERSION);
            assertThat(admitted.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void thePortersVersionIsSpokenUpToTheGatewaysOwn() throws Exception {
        for (int version : List.of(1, 2, 3)) {
            try (var porter = dial(hello(version, "secret"))) {
                assertThat(read(porter)).isEqualTo(version);
                assertThat(admitted.poll(20, TimeUnit.SECONDS).spoken()).isEqualTo((byte) version);
            }
        }
    }

    @Test
    void othersHearNothing() throws Exception {
        byte[][] wrong = {
            hello(1, "guess"),
            hello(1, ""),
            hello(1, "secre"),
            hello(0, "secret"),
            hello(6, "secret"),
            new byte[200],
            "GET / HTTP".getBytes(UTF_8)
        };
        for (var words : wrong) {
            try (var stranger = dial(words)) {
                assertThat(read(stranger)).isEqualTo(-1);
            }
        }
        assertThat(admitted).isEmpty();
    }

    @Test
    void silenceEndsAndCrowdsWaitOutside() throws Exception {
        var silent = new ArrayList<SocketChannel>();
        for (int i = 0; i < 520; i++) {
            silent.add(dial(new byte[0]));
        }
        // The last ones found the room full, the first ones said nothing for too long.
        for (var channel : silent.reversed()) {
            assertThat(read(channel)).isEqualTo(-1);
            channel.close();
        }
        assertLetsIn();
    }

    @Test
    void closingTakesTheSocketAway() throws Exception {
        server.close();
        var next = PorterServer.open(socket, new byte[] {1}, (_, _, _) -> false, "next");
        server.close();

        assertThat(Files.exists(socket)).isTrue();
        next.close();
        assertThat(directory).isEmptyDirectory();
    }
}
