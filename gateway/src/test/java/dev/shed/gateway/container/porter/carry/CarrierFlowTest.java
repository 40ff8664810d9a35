package dev.shed.gateway.container.porter.carry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.porter.carry.FakeStream.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What may be under way on a carrier's channels, and who waits for whom.
class CarrierFlowTest extends CarrierFixture {
    @Test
    void aChannelThatNobodyReadsHoldsUpNoOther() throws Exception {
        var slow = opened(1);
        var quick = opened(2);
        porter.says(CarryFrames.DATA, 1, new byte[CarryFrames.FIRST_CREDIT]);
        porter.says(CarryFrames.DATA, 2, SOME);
        porter.says(CarryFrames.EOF, 2);

        assertThat(get(received(quick))).isEqualTo("some");
        assertThat(slow.isOpen()).isTrue();
    }

    /// A receiver that is stuck has taken a block; the next one may be there, and no more.
    @Test
    void thePorterIsGrantedWhatWasTakenAndNoMore() throws Exception {
        var link = opened(1);
        var stuck = new FutureTask<Boolean>(() -> {
            link.receive((_, _, _) -> {
                LockSupport.parkNanos(Await.PATIENCE.toNanos());
                return false;
            });
            return true;
        });
        var receiver = Thread.ofVirtual().start(stuck);
        awaitHeard(frame(CarryFrames.WINDOW_ADJUST, 1, bytes(REST)));
        for (int sent = 0; sent < CarryFrames.WINDOW; sent += CarryFrames.MAX_DATA) {
            porter.says(CarryFrames.DATA, 1, new byte[CarryFrames.MAX_DATA]);
        }
        opened(2);
        assertThat(porter.heard(CarryFrames.WINDOW_ADJUST)).hasSize(1);
        porter.says(CarryFrames.DATA, 1, SOME);

        assertThat(failure()).hasMessageContaining("beyond the window");
        receiver.interrupt();
    }

    private static byte[] bytes(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    @Test
    void whatIsTakenIsGrantedAgain() throws Exception {
        var link = opened(1);
        var output = received(link);
        awaitHeard(frame(CarryFrames.WINDOW_ADJUST, 1, bytes(REST)));
        int rounds = 100;
        for (int i = 1; i <= rounds; i++) {
            porter.says(CarryFrames.DATA, 1, new byte[CarryFrames.MAX_DATA]);
            int granted = i * CarryFrames.MAX_DATA;
            Await.until("granted again", () -> granted() - REST >= granted);
        }
        porter.says(CarryFrames.CLOSE, 1);

        assertThat(get(output)).hasSize(rounds * CarryFrames.MAX_DATA);
    }

    private long granted() {
        return porter.heard(CarryFrames.WINDOW_ADJUST).stream()
                .mapToLong(frame -> ByteBuffer.wrap(frame.payload()).getInt())
                .sum();
    }

    @Test
    void theGatewayKeepsToTheWindow() throws Exception {
        var link = opened(1);
        var sent = sending(link, CarryFrames.WINDOW + 100);
        Await.until("all that is allowed", () -> porter.heardBytes(1) == CarryFrames.WINDOW);
        assertThat(sent.isDone()).isFalse();
        porter.adjusts(1, 60);
        Await.until("a part of the rest", () -> porter.heardBytes(1) == CarryFrames.WINDOW + 60);
        porter.adjusts(1, 60);
        sent.get(20, TimeUnit.SECONDS);
        Await.until("the rest", () -> porter.heardBytes(1) == CarryFrames.WINDOW + 100);

        assertThat(porter.heard(CarryFrames.DATA)).allMatch(frame -> frame.payload().length <= CarryFrames.MAX_DATA);
    }

    @Test
    void keysPassBulk() throws Exception {
        var slow = new FakeStream();
        slow.says(CarryFrames.VERSION);
        carrier = carrier(slow, Duration.ofHours(1));
        var _ = run(carrier);
        slow.says(CarryFrames.OPEN, 1);
        slow.says(CarryFrames.OPEN, 2);
        var bulk = sending(known(1), CarryFrames.WINDOW);
        Thread.sleep(100); // the bulk waits for the stream
        known(2).send(ByteBuffer.wrap(SOME));
        slow.reads();
        bulk.get(20, TimeUnit.SECONDS);
        Await.until("all", () -> slow.heardBytes(1) == CarryFrames.WINDOW && slow.heardBytes(2) == SOME.length);

        var order = slow.heard(CarryFrames.DATA).stream().map(Frame::channel).toList();
        assertThat(order.indexOf(2)).as(order.toString()).isBetween(1, 2);
    }

    @Test
    void aPorterThatReadsNothingBlocksNobodyWhoCloses() throws Exception {
        var deaf = new FakeStream();
        deaf.says(CarryFrames.VERSION);
        carrier = carrier(deaf, Duration.ofMillis(1));
        var task = run(carrier);
        deaf.says(CarryFrames.OPEN, 1);
        deaf.says(CarryFrames.OPEN, 2);
        var senders = List.of(sending(known(1), 1 << 20), sending(known(2), 1 << 20));
        Thread.sleep(100);
        known(1).close();
        assertThatThrownBy(() -> senders.getFirst().get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(AsynchronousCloseException.class);
        carrier.close();

        assertThatThrownBy(() -> senders.getLast().get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> task.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(AsynchronousCloseException.class);
        assertThat(deaf.isClosed()).isTrue();
    }

    @Test
    void anInterruptClosesOneChannelOnly() throws Exception {
        var one = opened(1);
        var other = opened(2);
        var blocked = new FutureTask<Boolean>(() -> {
            one.send(ByteBuffer.allocate(CarryFrames.WINDOW + 1));
            return true;
        });
        var reader = received(one);
        var thread = Thread.ofVirtual().start(blocked);
        Await.until("it is stuck", () -> porter.heardBytes(1) == CarryFrames.WINDOW);
        thread.interrupt();
        assertThatThrownBy(() -> blocked.get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(ClosedByInterruptException.class);
        assertThatThrownBy(() -> reader.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(AsynchronousCloseException.class);
        awaitHeard(frame(CarryFrames.CLOSE, 1));

        other.send(ByteBuffer.wrap(SOME));
        awaitHeard(frame(CarryFrames.DATA, 2, SOME));
        assertThat(porter.isClosed()).isFalse();
    }

    @Test
    void bytesInPiecesAndManyChannelsAtOnce() throws Exception {
        int channels = 20;
        int size = 300_000;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 1; number <= channels; number++) {
                opened(number);
            }
            var outputs = links.values().stream().map(CarrierTest::received).toList();
            var granting = threads.submit(() -> {
                grantAll(channels, size);
                return true;
            });
            links.values().forEach(link -> threads.execute(() -> send(link, size)));
            Await.until(
                    "all of all",
                    () -> IntStream.rangeClosed(1, channels).allMatch(number -> porter.heardBytes(number) == size));
            granting.get(20, TimeUnit.SECONDS);
            for (int number = 1; number <= channels; number++) {
                for (byte piece : FakeStream.frame(CarryFrames.DATA, number, SOME)) {
                    porter.says(piece);
                }
                porter.says(CarryFrames.CLOSE, number);
            }
            for (var output : outputs) {
                assertThat(get(output)).isEqualTo("some");
            }
        }
    }

    private void grantAll(int channels, int size) throws Exception {
        var granted = new long[channels + 1];
        while (Arrays.stream(granted).skip(1).anyMatch(bytes -> bytes < size)) {
            for (int number = 1; number <= channels; number++) {
                long more = porter.heardBytes(number) - granted[number];
                if (more > 0) {
                    granted[number] += more;
                    porter.adjusts(number, (int) more);
                }
            }
            Thread.sleep(1);
        }
    }

    private static void send(CarriedLink link, int size) {
        try {
            link.send(ByteBuffer.allocate(size));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
