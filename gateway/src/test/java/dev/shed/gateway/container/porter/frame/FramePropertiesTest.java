package dev.shed.gateway.container.porter.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// What holds whatever a porter sends, and however the bytes are cut into pieces.
class FramePropertiesTest {
    /// One frame of output, or another one.
    record Sent(boolean output, ByteString payload) {
        byte[] frame() {
            var bytes = payload.bytes();
            return ByteBuffer.allocate(Frames.HEADER + bytes.length)
                    .put((byte) (output ? Frames.OUT : Frames.STARTED))
                    .putInt(bytes.length)
                    .put(bytes)
                    .array();
        }
    }

    private static final class Recorder implements FrameDecoder.Receiver {
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private final List<Integer> types = new ArrayList<>();

        @Override
        public void output(int type, byte[] source, int offset, int length) {
            output.write(source, offset, length);
        }

        @Override
        public void frame(int type, FrameReader payload) {
            types.add(type);
        }
    }

    @Property
    void framesArriveWhole(@ForAll("frames") List<Sent> frames, @ForAll @IntRange(min = 1, max = 300) int piece)
            throws IOException {
        var wire = new ByteArrayOutputStream();
        var output = new ByteArrayOutputStream();
        for (var sent : frames) {
            wire.writeBytes(sent.frame());
            if (sent.output()) {
                output.writeBytes(sent.payload().bytes());
            }
        }
        var recorder = new Recorder();
        decode(wire.toByteArray(), piece, recorder);

        assertThat(recorder.output.toByteArray()).isEqualTo(output.toByteArray());
        assertThat(recorder.types)
                .hasSize((int) frames.stream().filter(sent -> !sent.output()).count());
    }

    @Property
    void anythingIsReadOrRefused(@ForAll @Size(max = 2000) byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int piece)
            throws IOException {
        try {
            decode(bytes, piece, new Recorder());
        } catch (ProtocolException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    @Property
    void whatWasWrittenIsRead(
            @ForAll String text, @ForAll @IntRange(min = 0) int number, @ForAll @Size(max = 99) byte[] bytes)
            throws IOException {
        var frame = new FrameWriter(Frames.STARTED)
                .u32(number)
                .string(text)
                .u8(7)
                .string(bytes)
                .frame();
        var payload = Arrays.copyOfRange(frame, Frames.HEADER, frame.length);
        var reader = new FrameReader(payload);

        assertThat(reader.u32()).isEqualTo(number);
        assertThat(reader.text()).isEqualTo(new String(text.getBytes(UTF_8), UTF_8));
        assertThat(reader.u8()).isEqualTo(7);
        assertThat(reader.string()).isEqualTo(bytes);
        reader.end();
    }

    @Property
    void aPayloadIsReadOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
        try {
            Hello.of(Frames.VERSION, new FrameReader(bytes));
        } catch (ProtocolException e) {
            assertThat(e).isNotNull();
        }
    }

    private static void decode(byte[] wire, int piece, FrameDecoder.Receiver receiver) throws IOException {
        var decoder = new FrameDecoder(receiver);
        for (int i = 0; i < wire.length; i += piece) {
            decoder.accept(wire, i, Math.min(piece, wire.length - i));
        }
    }

    @Provide
    Arbitrary<List<Sent>> frames() {
        var payload = Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(500);
        return Arbitraries.of(true, false)
                .flatMap(output -> payload.map(bytes -> new Sent(output, ByteString.of(bytes))))
                .list()
                .ofMaxSize(20);
    }
}
