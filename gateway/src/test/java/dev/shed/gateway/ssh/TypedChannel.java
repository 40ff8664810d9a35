package dev.shed.gateway.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;

/// A channel that somebody types into, who waits for what it shows.
final class TypedChannel {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ClientChannel channel;
    private final Shown shown = new Shown();
    private final Shown errors = new Shown();
    private int from;

    TypedChannel(ClientChannel channel) throws IOException {
        this.channel = channel;
        channel.setOut(shown);
        channel.setErr(errors);
        channel.open().verify(PATIENCE);
    }

    /// What was shown, for a thread to wait for.
    private static final class Shown extends ByteArrayOutputStream {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            notifyAll();
        }

        synchronized int await(String text, int from) throws InterruptedException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (toString(UTF_8).indexOf(text, from) < 0) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("never shown: " + text + "; seen: " + toString(UTF_8));
                }
                wait(left);
            }
            return toString(UTF_8).indexOf(text, from) + text.length();
        }
    }

    void type(String text) throws IOException {
        var in = channel.getInvertedIn();
        in.write(text.getBytes(UTF_8));
        in.flush();
    }

    /// Waits until this was shown, behind what was waited for before.
    void await(String text) throws InterruptedException {
        from = shown.await(text, from);
    }

    String seen() {
        return shown.toString(UTF_8);
    }

    String errors() {
        return errors.toString(UTF_8);
    }

    /// Waits for the end and returns the status.
    int end() {
        channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
        var status = channel.getExitStatus();
        return status == null ? -1 : status;
    }
}
