package dev.shed.gateway.container.porter.carry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a porter may say on a carrier's stream, and how channels and the stream end.
class CarrierTest extends CarrierFixture {
    @Test
    void channelsCarryBytesBothWays() throws Exception {
        var first = opened(1);
        var second = opened(2);
        porter.says(CarryFrames.DATA, 2, "two".getBytes(UTF_8));
        porter.says(CarryFrames.DATA, 1, "one ".getBytes(UTF_8));
        porter.says(CarryFrames.DATA, 1, "and one".getBytes(UTF_8));
        porter.says(CarryFrames.EOF, 1);
        porter.says(CarryFrames.EOF, 2);

        assertThat(get(received(first))).isEqualTo("one and one");
        assertThat(get(received(second))).isEqualTo("two");
        second.send(ByteBuffer.wrap(SOME), ByteBuffer.wrap(SOME, 1, 2));
        awaitHeard(frame(CarryFrames.DATA, 2, "someom".getBytes(UTF_8)));
    }

    /// Which is how a greeting is read.
    @Test
    void aFewBytesAreReadAndTheRestIsReceived() throws Exception {
        var link = opened(1);
        porter.says(CarryFrames.DATA, 1, "greeting, rest".getBytes(UTF_8));
        porter.says(CarryFrames.EOF, 1);
        var greeting = ByteBuffer.allocate(8);
        assertThat(link.read(greeting)).isEqualTo(8);

        assertThat(new String(greeting.array(), UTF_8)).isEqualTo("greeting");
        assertThat(get(received(link))).isEqualTo(", rest");
        assertThat(link.read(greeting.clear())).isEqualTo(-1);
    }

    static Stream<Arguments> violations() {
        var long1 = ByteBuffer.allocate(CarryFrames.HEADER)
                .put((byte) CarryFrames.DATA)
                .putInt(1);
        return Stream.of(
                Arguments.of("type 0", FakeStream.frame(0, 1)),
                Arguments.of("type 7", FakeStream.frame(7, 1)),
                Arguments.of("a channel that is open", FakeStream.frame(CarryFrames.OPEN, 1)),
                Arguments.of("a channel too many", FakeStream.frame(CarryFrames.OPEN, 3)),
                Arguments.of("channel 0", FakeStream.frame(CarryFrames.OPEN, 0)),
                Arguments.of("bytes of OPEN", FakeStream.frame(CarryFrames.OPEN, 2, SOME)),
                Arguments.of("data of no channel", FakeStream.frame(CarryFrames.DATA, 2, SOME)),
                Arguments.of("no data", FakeStream.frame(CarryFrames.DATA, 1)),
                Arguments.of(
                        "long data",
                        long1.duplicate().putInt(CarryFrames.MAX_DATA + 1).array()),
                Arguments.of("endless data", new byte[] {2, 0, 0, 0, 1, -1, -1, -1, -1}),
                Arguments.of("beyond the window", FakeStream.frame(CarryFrames.DATA, 1, new byte[2049])),
                Arguments.of("a window of 3 bytes", FakeStream.frame(CarryFrames.WINDOW_ADJUST, 1, new byte[3])),
                Arguments.of(
                        "a window that was not used",
                        FakeStream.frame(CarryFrames.WINDOW_ADJUST, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1)),
                Arguments.of(
                        "the largest window",
                        FakeStream.frame(CarryFrames.WINDOW_ADJUST, 1, (byte) -1, (byte) -1, (byte) -1, (byte) -1)),
                Arguments.of("two ends", twice(FakeStream.frame(CarryFrames.EOF, 1))),
                Arguments.of(
                        "data after the end",
                        both(FakeStream.frame(CarryFrames.EOF, 1), FakeStream.frame(CarryFrames.DATA, 1, SOME))),
                Arguments.of("closed twice", twice(FakeStream.frame(CarryFrames.CLOSE, 1))),
                Arguments.of(
                        "data after close",
                        both(FakeStream.frame(CarryFrames.CLOSE, 1), FakeStream.frame(CarryFrames.DATA, 1, SOME))),
                Arguments.of("keepalive of a channel", FakeStream.frame(CarryFrames.KEEPALIVE, 1)),
                Arguments.of("keepalive with bytes", FakeStream.frame(CarryFrames.KEEPALIVE, 0, SOME)));
    }

    private static byte[] twice(byte[] frame) {
        return both(frame, frame);
    }

    private static byte[] both(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void aViolationEndsTheStreamAndAllChannels(String what, byte[] forged) throws Exception {
        var link = opened(1);
        porter.says(forged);

        assertThat(failure()).as(what).isInstanceOf(ProtocolException.class);
        assertThat(porter.isClosed()).isTrue();
        get(received(link));
        assertThatThrownBy(() -> link.send(ByteBuffer.wrap(SOME))).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNoPorterIsRefused() throws Exception {
        var other = new FakeStream();
        var task = run(carrier(other, Duration.ofHours(1)));
        other.says("exec failed: no such file".getBytes(UTF_8));

        assertThatThrownBy(() -> task.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(ProtocolException.class);
        assertThat(other.isClosed()).isTrue();
    }

    @Test
    void onlySoManyChannelsMayBeOpen() throws Exception {
        for (long number = 1; number <= CarryFrames.MAX_CHANNELS; number++) {
            porter.says(CarryFrames.OPEN, number);
        }
        known(CarryFrames.MAX_CHANNELS).close();
        awaitHeard(frame(CarryFrames.CLOSE, CarryFrames.MAX_CHANNELS));
        porter.says(CarryFrames.CLOSE, CarryFrames.MAX_CHANNELS);
        opened(CarryFrames.MAX_CHANNELS + 1L);
        porter.says(CarryFrames.OPEN, CarryFrames.MAX_CHANNELS + 2L);

        assertThat(failure()).isInstanceOf(ProtocolException.class).hasMessageContaining("1024 are open");
    }

    @Test
    void theEndIsInBand() throws Exception {
        var link = opened(1);
        link.send(ByteBuffer.wrap(SOME));
        link.endOutput();
        awaitHeard(frame(CarryFrames.EOF, 1));
        assertThatThrownBy(() -> link.send(ByteBuffer.wrap(SOME))).isInstanceOf(IOException.class);
        porter.says(CarryFrames.DATA, 1, SOME);
        porter.says(CarryFrames.EOF, 1);

        assertThat(get(received(link))).isEqualTo("some");
        assertThat(porter.heard().stream().filter(frame -> frame.type() != CarryFrames.WINDOW_ADJUST))
                .containsExactly(frame(CarryFrames.DATA, 1, SOME), frame(CarryFrames.EOF, 1));
        assertThat(porter.isStdinClosed()).isFalse();
    }

    @Test
    void whatWasSentBeforeTheCloseIsSent() throws Exception {
        var link = opened(1);
        link.send(ByteBuffer.wrap(SOME));
        link.close();
        link.close();
        awaitHeard(frame(CarryFrames.CLOSE, 1));
        porter.says(CarryFrames.DATA, 1, SOME); // was under way
        porter.says(CarryFrames.CLOSE, 1);
        opened(2);

        assertThat(porter.heard()).containsExactly(frame(CarryFrames.DATA, 1, SOME), frame(CarryFrames.CLOSE, 1));
        assertThatThrownBy(() -> link.receive((_, _, _) -> true)).isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void aCloseIsAnswered() throws Exception {
        var link = opened(1);
        porter.says(CarryFrames.DATA, 1, SOME);
        porter.says(CarryFrames.CLOSE, 1);
        awaitHeard(frame(CarryFrames.CLOSE, 1));

        assertThat(get(received(link))).isEqualTo("some");
        assertThatThrownBy(() -> link.send(ByteBuffer.wrap(SOME))).isInstanceOf(IOException.class);
        link.close();
        opened(2).send(ByteBuffer.wrap(SOME));
        awaitHeard(frame(CarryFrames.DATA, 2, SOME));
        assertThat(porter.heard(CarryFrames.CLOSE)).hasSize(1);
    }

    @Test
    void atTheStreamsEndWhatHasComeIsStillReceived() throws Exception {
        var link = opened(1);
        porter.says(CarryFrames.DATA, 1, SOME);
        porter.ends();
        end.get(20, TimeUnit.SECONDS);

        assertThat(get(received(link))).isEqualTo("some");
        assertThatThrownBy(() -> link.send(ByteBuffer.wrap(SOME))).isInstanceOf(IOException.class);
        assertThat(porter.isClosed()).isTrue();
    }

    @Test
    void itIsClosedOnceNobodyUsesIt() throws Exception {
        var link = opened(1);
        var other = opened(2);
        carrier.closeWhenUnused(Duration.ofMillis(50));
        other.close();
        link.send(ByteBuffer.wrap(SOME));
        Thread.sleep(150);
        assertThat(porter.isClosed()).isFalse();
        link.close();

        Await.until("closed", porter::isClosed);
        assertThat(failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(porter.heard()).contains(frame(CarryFrames.DATA, 1, SOME), frame(CarryFrames.CLOSE, 1));
    }

    @Test
    void bytesFlowOnAnIdleStream() throws Exception {
        var idle = FakeStream.greeted();
        carrier = carrier(idle, Duration.ofMillis(5));
        var task = run(carrier);
        Await.until("keepalives", () -> idle.heard(CarryFrames.KEEPALIVE).size() > 3);
        idle.says(CarryFrames.KEEPALIVE, 0);
        idle.ends();

        task.get(20, TimeUnit.SECONDS);
    }
}
