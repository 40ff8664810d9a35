package dev.shed.gateway.recording;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.WindowSize;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The recording of one session: the output that its first client receives, and which clients are attached.
/// When the first client detaches, the output of the next one is recorded.
final class Recording {
    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);
    private static final long NANOS_PER_MICRO = 1000;

    private final RecordingFile file;
    private final WriteQueue queue;
    private final RecordingFailures failures;
    private final WriteQueue.Share share = new WriteQueue.Share();
    private final long began = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();

    /// In the order in which they attached. Guarded by the lock, as are the fields below.
    private final Deque<Participant> participants = new ArrayDeque<>();

    private long left;
    private volatile boolean over;

    Recording(RecordingFile file, WriteQueue queue, RecordingFailures failures) {
        this.file = file;
        this.queue = queue;
        this.failures = failures;
    }

    boolean isOver() {
        return over;
    }

    boolean isIdle() {
        lock.lock();
        try {
            return participants.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    RecordingFile file() {
        return file;
    }

    void add(Participant participant) {
        lock.lock();
        try {
            participants.addLast(participant);
            write(new Entry.Mark("attached: " + participant.who()));
            if (participants.getFirst().equals(participant)) {
                write(new Entry.Resize(participant.size()));
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(Participant participant) {
        lock.lock();
        try {
            boolean shown = participant.equals(participants.peekFirst());
            if (!participants.remove(participant)) {
                return;
            }
            write(new Entry.Mark("left: " + participant.who()));
            if (participants.isEmpty()) {
                write(new Entry.Idle());
            } else if (shown) {
                var next = participants.getFirst();
                write(new Entry.Mark("from here on as shown to: " + next.who()));
                write(new Entry.Resize(next.size()));
            }
        } finally {
            lock.unlock();
        }
    }

    void shown(Participant to, byte[] source, int offset, int length) {
        lock.lock();
        try {
            if (to.equals(participants.peekFirst())) {
                write(new Entry.Output(ByteString.of(Arrays.copyOfRange(source, offset, offset + length))));
            }
        } finally {
            lock.unlock();
        }
    }

    void resized(Participant participant, WindowSize size) {
        lock.lock();
        try {
            if (participant.equals(participants.peekFirst())) {
                write(new Entry.Resize(size));
            }
        } finally {
            lock.unlock();
        }
    }

    void mark(String text) {
        lock.lock();
        try {
            write(new Entry.Mark(text));
        } finally {
            lock.unlock();
        }
    }

    /// Queues an entry with the present time. Called with the lock held, so that times never decrease.
    private void write(Entry entry) {
        if (left > 0) {
            var gap = new Entry.Mark(left + " bytes are missing here: the disk was too slow");
            if (!offer(gap)) {
                left += entry.size();
                return;
            }
            left = 0;
        }
        if (!offer(entry)) {
            left += entry.size();
        }
    }

    private boolean offer(Entry entry) {
        long micros = (System.nanoTime() - began) / NANOS_PER_MICRO;
        return over || queue.offer(share, entry.size(), () -> take(micros, entry));
    }

    /// Writes an entry to the file; runs on the writing thread.
    private void take(long micros, Entry entry) {
        try {
            file.write(micros, entry);
            failures.worked();
        } catch (IOException e) {
            failures.failed(e);
            LOG.atWarn()
                    .addKeyValue("file", file.path())
                    .addKeyValue("problem", e.getMessage())
                    .log("a recording ends early: it cannot be written");
            end();
        }
        over = file.isOver();
    }

    private void end() {
        try {
            file.end();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("not closed");
        }
    }
}
