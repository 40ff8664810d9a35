package dev.shed.gateway.ssh.connection;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.PropertyResolver;
import org.apache.sshd.server.channel.ChannelSession;
import org.junit.jupiter.api.Test;

class ReceiveBufferTest {
    private static final byte[] BYTES = new byte[100];

    /// Its connection ends just now: it is open, and nothing can be sent on it.
    private static final class Leaving extends ChannelSession {
        private int refused;

        @Override
        protected void sendWindowAdjust(long bytes) throws IOException {
            refused++;
            throw new IOException("the session is closing");
        }
    }

    /// Counts how often its window was enlarged.
    private static final class Open extends ChannelSession {
        private int messages;
        private long enlarged;

        @Override
        protected void sendWindowAdjust(long bytes) {
            messages++;
            enlarged += bytes;
        }
    }

    /// A message for each packet would cost as much as a packet.
    @Test
    void theWindowIsEnlargedInSteps() throws Exception {
        try (var client = new Open()) {
            client.getLocalWindow().init(PropertyResolver.EMPTY);
            int size = Math.toIntExact(client.getLocalWindow().getSize());
            var buffer = new ReceiveBuffer(client);
            client.getLocalWindow().consume(size);
            int packet = 32 * 1024;
            for (int passed = 0; passed < size; passed += packet) {
                buffer.passedOn(packet);
            }
            assertThat(client.messages).isEqualTo(size / packet / 4);
            assertThat(client.enlarged).isEqualTo(size);
        }
    }

    /// A reader that waits on a thread of its own.
    private record Reading(Thread thread, CompletableFuture<Optional<byte[]>> taken) {
        static Reading begun(ReceiveBuffer buffer, ReceiveBuffer.Shortcut shortcut) throws Exception {
            var taken = new CompletableFuture<Optional<byte[]>>();
            var thread = Thread.ofPlatform().start(() -> {
                try {
                    taken.complete(Optional.ofNullable(buffer.take(shortcut)));
                } catch (InterruptedException e) {
                    taken.completeExceptionally(e);
                }
            });
            Await.until("it waits", () -> thread.getState() == Thread.State.WAITING);
            return new Reading(thread, taken);
        }

        Optional<byte[]> bytes() throws Exception {
            return taken.get(10, TimeUnit.SECONDS);
        }
    }

    /// Takes bytes once it is let, all but so many.
    private record Slow(int rest, CountDownLatch begun, CountDownLatch goesOn) implements ReceiveBuffer.Shortcut {
        Slow(int rest) {
            this(rest, new CountDownLatch(1), new CountDownLatch(1));
        }

        @Override
        public int takesNow(byte[] source, int offset, int length) {
            begun.countDown();
            try {
                return goesOn.await(10, TimeUnit.SECONDS) ? length - rest : 0;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void aReaderThatWaitsIsNotWokenForWhatItsShortcutTakes() throws Exception {
        try (var client = new Open()) {
            client.getLocalWindow().init(PropertyResolver.EMPTY);
            int size = Math.toIntExact(client.getLocalWindow().getSize());
            var buffer = new ReceiveBuffer(client);
            var reading = Reading.begun(buffer, (_, _, length) -> length);
            client.getLocalWindow().consume(size);
            for (int sent = 0; sent < size; sent += 1024) {
                assertThat(buffer.add(new byte[1024], 0, 1024)).isTrue();
            }
            assertThat(buffer.received()).isEqualTo(size);
            assertThat(client.enlarged).isEqualTo(size);
            assertThat(reading.taken()).isNotDone();
            buffer.end();
            assertThat(reading.bytes()).isEmpty();
        }
    }

    @Test
    void whatTheShortcutRefusesIsForTheReader() throws Exception {
        try (var client = new Open()) {
            var buffer = new ReceiveBuffer(client);
            var reading = Reading.begun(buffer, (_, _, _) -> 0);
            buffer.add(BYTES, 0, 10);
            assertThat(reading.bytes()).get().extracting(bytes -> bytes.length).isEqualTo(10);
            assertThat(buffer.received()).isEqualTo(10);
        }
    }

    @Test
    void theRestOfWhatTheShortcutTakesIsForTheReader() throws Exception {
        try (var client = new Open()) {
            var buffer = new ReceiveBuffer(client);
            var reading = Reading.begun(buffer, (_, _, length) -> length - 2);
            assertThat(buffer.add(new byte[] {1, 2, 3, 4, 5}, 1, 4)).isTrue();
            assertThat(reading.bytes()).get().isEqualTo(new byte[] {4, 5});
            assertThat(buffer.received()).isEqualTo(4);
        }
    }

    @Test
    void theRestComesBeforeTheEnd() throws Exception {
        try (var client = new Open()) {
            var buffer = new ReceiveBuffer(client);
            var slow = new Slow(3);
            var reading = Reading.begun(buffer, slow);
            var receiver = Thread.ofPlatform().start(() -> buffer.add(BYTES, 0, 10));
            slow.begun().await();
            buffer.end();
            slow.goesOn().countDown();
            assertThat(reading.bytes()).get().extracting(bytes -> bytes.length).isEqualTo(3);
            assertThat(buffer.take()).isNull();
            receiver.join();
        }
    }

    /// Or what comes later would overtake what came before.
    @Test
    void aReaderThatDoesNotWaitIsGivenNothing() throws Exception {
        try (var client = new Open()) {
            var buffer = new ReceiveBuffer(client);
            var given = new AtomicInteger();
            var reading = Reading.begun(buffer, (_, _, length) -> given.getAndIncrement() > 0 ? length : 0);
            buffer.add(BYTES, 0, 10);
            assertThat(reading.bytes()).isPresent();
            buffer.add(BYTES, 0, 20);
            assertThat(given).hasValue(1);
            assertThat(buffer.take()).hasSize(20);
        }
    }

    /// A process is not told of the end of its input before it has all of that.
    @Test
    void theEndComesAfterWhatIsBeingGiven() throws Exception {
        try (var client = new Open()) {
            var buffer = new ReceiveBuffer(client);
            var slow = new Slow(0);
            var reading = Reading.begun(buffer, slow);
            var receiver = Thread.ofPlatform().start(() -> buffer.add(BYTES, 0, 10));
            slow.begun().await();
            buffer.end();
            Await.until("it waits", () -> reading.thread().getState() == Thread.State.WAITING);
            assertThat(reading.taken()).isNotDone();
            slow.goesOn().countDown();
            assertThat(reading.bytes()).isEmpty();
            receiver.join();
        }
    }

    @Test
    void aReaderThatIsInterruptedLeavesAfterWhatIsBeingGiven() throws Exception {
        try (var client = new Open()) {
            var buffer = new ReceiveBuffer(client);
            var slow = new Slow(0);
            var reading = Reading.begun(buffer, slow);
            var receiver = Thread.ofPlatform().start(() -> buffer.add(BYTES, 0, 10));
            slow.begun().await();
            reading.thread().interrupt();
            Await.until("it waits", () -> reading.thread().getState() == Thread.State.WAITING);
            assertThat(reading.taken()).isNotDone();
            slow.goesOn().countDown();
            assertThatThrownBy(reading::bytes).hasCauseInstanceOf(InterruptedException.class);
            receiver.join();
            buffer.add(BYTES, 0, 20);
            assertThat(buffer.take()).hasSize(20);
        }
    }

    /// What it sent before is for the process all the same.
    @Test
    void theRestIsThereThoughTheClientLeavesWhileWindowIsGivenBack() throws Exception {
        try (var client = new Leaving()) {
            client.getLocalWindow().init(PropertyResolver.EMPTY);
            int size = Math.toIntExact(client.getLocalWindow().getSize());
            var buffer = new ReceiveBuffer(client);
            buffer.add(new byte[size - BYTES.length], 0, size - BYTES.length);
            buffer.add(BYTES, 0, BYTES.length);
            client.getLocalWindow().consume(size);

            buffer.passedOn(requireNonNull(buffer.take()).length);

            assertThat(client.refused).isPositive();
            assertThat(buffer.take()).hasSize(BYTES.length);
        }
    }
}
