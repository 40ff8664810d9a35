package dev.shed.gateway.ssh.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.ssh.socket.WriteQueue.Packet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
    private SocketChannel ours;
    private SocketChannel theirs;
    private WriteQueue queue;

    @BeforeEach
    void connect() throws IOException {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            theirs = SocketChannel.open(listener.getLocalAddress());
            ours = listener.accept();
        }
        ours.configureBlocking(false);
        queue = new WriteQueue(ours);
    }

    @AfterEach
    void disconnect() throws IOException {
        ours.close();
        theirs.close();
    }

    private static Packet packet(String text) {
        return new Packet(text, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private String received(int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && theirs.read(bytes) >= 0) {
            // reads on
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    }

    private static boolean onAnotherThread(BooleanSupplier call) {
        return CompletableFuture.supplyAsync(call::getAsBoolean).join();
    }

    @Test
    void whoAddsAPacketWritesIt() throws IOException {
        var packet = packet("one");
        assertThat(queue.add(packet)).isTrue();
        assertThat(queue.write(WriteQueue::tell)).isFalse();
        assertThat(packet.isWritten()).isTrue();
        assertThat(queue.written()).isEqualTo(3);
        assertThat(received(3)).isEqualTo("one");
    }

    @Test
    void onlyOneThreadWrites() {
        assertThat(queue.add(packet("one"))).isTrue();
        assertThat(queue.add(packet("two"))).isFalse();
        assertThat(queue.write(WriteQueue::tell)).isFalse();
        assertThat(queue.add(packet("three"))).isTrue();
    }

    @Test
    void packetsOfTheGatheringThreadWaitForItsEnd() throws IOException {
        assertThat(queue.beginGathering(0)).isTrue();
        var packet = packet("one");
        assertThat(queue.add(packet)).isFalse();
        assertThat(queue.add(packet("two"))).isFalse();
        assertThat(packet.isDone()).isFalse();
        assertThat(queue.endGathering()).isTrue();
        var writes = new ArrayList<List<Packet>>();
        assertThat(queue.write((done, _) -> writes.add(done))).isFalse();
        assertThat(writes).singleElement().satisfies(done -> assertThat(done).hasSize(2));
        assertThat(received(6)).isEqualTo("onetwo");
    }

    @Test
    void aSmallPacketTakesThoseWithDataAlong() throws IOException {
        queue.beginGathering(3);
        assertThat(queue.add(packet("one"))).isFalse();
        assertThat(queue.add(packet("2"))).isTrue();
        queue.write(WriteQueue::tell);
        assertThat(received(4)).isEqualTo("one2");
    }

    @Test
    void packetsOfAnotherThreadDoNotWait() throws IOException {
        queue.beginGathering(0);
        queue.add(packet("one"));
        assertThat(onAnotherThread(() -> queue.add(packet("two")))).isTrue();
        queue.write(WriteQueue::tell);
        assertThat(received(6)).isEqualTo("onetwo");
        assertThat(queue.endGathering()).isFalse();
    }

    @Test
    void onlyOneThreadGathers() {
        assertThat(queue.beginGathering(0)).isTrue();
        assertThat(onAnotherThread(() -> queue.beginGathering(0))).isFalse();
        assertThat(queue.beginGathering(0)).isFalse();
        queue.endGathering();
        assertThat(onAnotherThread(() -> queue.beginGathering(0))).isTrue();
    }

    @Test
    void manyPacketsDoNotWait() {
        queue.beginGathering(0);
        int added = 1;
        while (!queue.add(packet("x"))) {
            added++;
        }
        assertThat(added).isLessThanOrEqualTo(16);
    }

    @Test
    void whatTheSocketDoesNotTakeIsWrittenLater() throws IOException {
        var packets = new ArrayList<Packet>();
        boolean full = false;
        while (!full) {
            var packet = new Packet("", ByteBuffer.allocate(64 * 1024));
            packets.add(packet);
            assertThat(queue.add(packet)).isTrue();
            full = queue.write(WriteQueue::tell);
        }
        var last = packets.getLast();
        assertThat(last.isDone()).isFalse();
        assertThat(queue.add(packet("later"))).isFalse();
        theirs.configureBlocking(false);
        var bytes = ByteBuffer.allocate(64 * 1024);
        long length = 64L * 1024 * packets.size() + "later".length();
        for (long read = 0; read < length; bytes.clear()) {
            read += theirs.read(bytes);
            queue.write(WriteQueue::tell);
        }
        assertThat(packets).allMatch(Packet::isWritten);
        assertThat(queue.written()).isEqualTo(length);
    }

    @Test
    void afterAFailedWriteTheNextOneIsTriedToo() throws IOException {
        ours.shutdownOutput();
        for (int i = 0; i < 2; i++) {
            var packet = packet("one");
            assertThat(queue.add(packet)).isTrue();
            assertThat(queue.write(WriteQueue::tell)).isFalse();
            assertThat(packet.getException()).isInstanceOf(IOException.class);
        }
        assertThat(ours.isOpen()).isTrue();
    }

    /// Whoever writes holds locks, and decides where those who wait for packets are told.
    @Test
    void whoWritesTellsOfFailures() throws IOException {
        ours.shutdownOutput();
        var packet = packet("one");
        queue.add(packet);
        queue.write((failed, cause) -> {
            assertThat(failed).containsExactly(packet);
            assertThat(cause).isInstanceOf(IOException.class);
        });
        assertThat(packet.isDone()).isFalse();
    }

    @Test
    void theEndFailsWhatIsNotWritten() {
        queue.beginGathering(0);
        var before = packet("before");
        queue.add(before);
        queue.close();
        assertThat(before.getException()).isInstanceOf(ClosedChannelException.class);
        var after = packet("after");
        assertThat(queue.add(after)).isFalse();
        assertThat(after.getException()).isInstanceOf(ClosedChannelException.class);
        assertThat(queue.endGathering()).isFalse();
    }
}
