package dev.shed.gateway.container.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDemultiplexerTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FrameDemultiplexer frames = new FrameDemultiplexer(out, err);

    @Test
    void eachKindGoesItsWay() throws IOException {
        frames.accept(stream(frame(1, "out"), frame(2, "err"), frame(0, " as well"), frame(3, " of the engine")));
        frames.end();

        assertThat(out).hasToString("out as well");
        assertThat(err).hasToString("err of the engine");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 11, 64})
    void anySplitGivesTheSame(int size) throws IOException {
        var all = stream(frame(1, "one"), frame(2, "two"), frame(1, ""), frame(1, "\u0001\u0000three"));
        while (all.hasRemaining()) {
            int length = Math.min(size, all.remaining());
            frames.accept(all.slice(all.position(), length));
            all.position(all.position() + length);
        }
        frames.end();

        assertThat(out).hasToString("one\u0001\u0000three");
        assertThat(err).hasToString("two");
    }

    @Test
    void hugeLengthIsNoPromiseOfMemory() throws IOException {
        frames.accept(ByteBuffer.allocate(12)
                .put((byte) 1)
                .putInt(4, -1)
                .put(8, (byte) 'x')
                .rewind());

        assertThat(out.size()).isEqualTo(4);
        assertThatThrownBy(frames::end).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 9})
    void endInsideAFrameIsNoticed(int length) throws IOException {
        frames.accept(stream(frame(1, "abc")).limit(length));

        assertThatThrownBy(frames::end).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x04000000, 0x01000001, 0xff000000, 0x00010000})
    void whatIsNoFrameIsRefused(int kind) {
        assertThatThrownBy(() -> frames.accept(
                        ByteBuffer.allocate(9).putInt(kind).putInt(1).rewind()))
                .isInstanceOf(ProtocolException.class);
        assertThat(out.size() + err.size()).isZero();
    }

    private static ByteBuffer stream(byte[]... frames) {
        var bytes = new ByteArrayOutputStream();
        for (var frame : frames) {
            bytes.writeBytes(frame);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private static byte[] frame(int kind, String payload) {
        var bytes = payload.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(8 + bytes.length)
                .put((byte) kind)
                .putInt(4, bytes.length)
                .put(8, bytes)
                .array();
    }
}
