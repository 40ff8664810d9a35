package dev.shed.gateway.container.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHeadTest {
    private static final String UPGRADED =
            "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nUpgrade: tcp\r\n\r\n";

    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);

    @Test
    void bytesBehindTheHeadAreKept() throws IOException {
        var head = HttpHead.read(channel(UPGRADED + "first bytes\r\n\r\n"), buffer);

        assertThat(head.status()).isEqualTo(HttpHead.SWITCHING_PROTOCOLS);
        assertThat(StandardCharsets.US_ASCII.decode(buffer).toString()).isEqualTo("first bytes\r\n\r\n");
    }

    @Test
    void aHeadMayComeByteByByte() throws IOException {
        var whole = channel(UPGRADED);
        var single = new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) throws IOException {
                int limit = target.limit();
                try {
                    return whole.read(target.limit(target.position() + 1));
                } finally {
                    target.limit(limit);
                }
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };

        assertThat(HttpHead.read(single, buffer).field("UPGRADE")).contains("tcp");
        assertThat(buffer.hasRemaining()).isFalse();
    }

    @Test
    void fieldsAreFoundInAnyCase() throws IOException {
        var head = HttpHead.parse("HTTP/1.0 200 OK\r\nApi-Version:1.41\r\nEmpty:\r\n\r\n");

        assertThat(head.field("api-version")).contains("1.41");
        assertThat(head.field("empty")).contains("");
        assertThat(head.field("Server")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2 200\r\n", "HTTP/1.1 OK\r\n", "HTTP/1.1 2000 OK\r\n"})
    void whatIsNoHttpIsRefused(String head) {
        assertThatThrownBy(() -> HttpHead.parse(head)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aHeadWithoutEndIsRefused() {
        assertThatThrownBy(() -> HttpHead.read(channel("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(20_000)), buffer))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void aClosedConnectionIsNoHead() {
        assertThatThrownBy(() -> HttpHead.read(channel("HTTP/1.1 200"), buffer)).isInstanceOf(EOFException.class);
    }

    private static ReadableByteChannel channel(String text) {
        return Channels.newChannel(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
