package dev.shed.gateway.recording;

import com.sun.security.auth.module.UnixSystem;
import dev.shed.gateway.access.Glob;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName.ToShed;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The recordings of the sessions that are recorded. One file is for all clients of a session; it goes on when somebody
/// comes back, for as long as this gateway runs.
public final class Recordings implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

    /// Sessions whose file goes on when somebody comes back.
    private static final int MAX_REMEMBERED = 500;

    private static final Set<PosixFilePermission> OF_OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// What is recorded, where, and how much of it is kept.
    ///
    /// @param sheds globs (`*`, `?`) of the sheds whose sessions are recorded; none by default
    /// @param maxSize of one file, after which it gets no more
    /// @param maxTotal of all files, beyond which the oldest ones are removed
    /// @param keep how long a file is kept
    /// @param refuseWhenFull whether nobody may attach to a session that cannot be recorded
    public record Settings(
            List<String> sheds, Path directory, long maxSize, long maxTotal, Duration keep, boolean refuseWhenFull) {}

    /// What was to be recorded and is not.
    ///
    /// @param count of how many sessions, so far
    /// @param problem why, of the last one; empty when another one has been written since
    public record Failures(long count, Optional<String> problem) {}

    private record Key(String container, String session) {}

    private final Settings settings;
    private final Clock clock;
    private final WriteQueue queue;
    private final Retention retention;
    private final RecordingFailures failures = new RecordingFailures();
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock.
    private final Map<Key, Recording> recordings = new HashMap<>();

    public Recordings(Settings settings, Clock clock) {
        this(settings, clock, new WriteQueue());
    }

    Recordings(Settings settings, Clock clock, WriteQueue queue) {
        this.settings = settings;
        this.clock = clock;
        this.queue = queue;
        this.retention = new Retention(settings, clock);
        queue.start(() -> retention.apply(inUse()));
    }

    /// Whether sessions of a shed are recorded.
    public boolean covers(ToShed address) {
        return settings.sheds().stream()
                .anyMatch(glob -> Glob.matches(glob, address.shed().value()));
    }

    /// A client attaches to a session.
    ///
    /// @param container the container's id: another one of the same name has other sessions
    /// @param who for the marks
    /// @throws ShedException `STATE_UNUSABLE` where it cannot be recorded and must be
    public Participant join(ToShed address, String container, String who, WindowSize size) {
        if (!covers(address)) {
            return new Participant(null, who, size);
        }
        try {
            var recording = recording(address, container, size);
            var participant = new Participant(recording, FailureText.printable(who), size);
            recording.add(participant);
            return participant;
        } catch (IOException e) {
            return notRecorded(e, who, size);
        }
    }

    private Participant notRecorded(IOException problem, String who, WindowSize size) {
        failures.failed(problem);
        if (settings.refuseWhenFull()) {
            throw ShedException.stateUnusable(settings.directory(), problem);
        }
        LOG.atWarn()
                .addKeyValue("directory", settings.directory())
                .addKeyValue("problem", problem.toString())
                .log("a session is not recorded");
        return new Participant(null, who, size);
    }

    private Recording recording(ToShed address, String container, WindowSize size) throws IOException {
        var key = new Key(container, address.sessionOrDefault().value());
        lock.lock();
        try {
            var known = recordings.get(key);
            if (known != null && !known.isOver()) {
                return known;
            }
            forgetIdle();
            var made = new Recording(create(address, size), queue, failures);
            recordings.put(key, made);
            queue.add(() -> retention.apply(inUse()));
            return made;
        } finally {
            lock.unlock();
        }
    }

    private void forgetIdle() {
        if (recordings.size() >= MAX_REMEMBERED) {
            recordings.values().removeIf(recording -> recording.isOver() || recording.isIdle());
        }
    }

    private List<Path> inUse() {
        lock.lock();
        try {
            return recordings.values().stream()
                    .filter(recording -> !recording.isIdle())
                    .map(recording -> recording.file().path())
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private RecordingFile create(ToShed address, WindowSize size) throws IOException {
        var now = clock.instant();
        var title = address.shed() + "+" + address.sessionOrDefault();
        makeDirectory();
        for (int number = 0; ; number++) {
            try {
                return RecordingFile.create(
                        settings.directory().resolve(name(title, now, number)), settings.maxSize(), title, size, now);
            } catch (FileAlreadyExistsException e) {
                // Two in one second.
                if (number == MAX_REMEMBERED) {
                    throw e;
                }
            }
        }
    }

    /// By the rules of names there is nothing in them that a path knows.
    private static String name(String title, Instant now, int number) {
        return title + "." + TIME.format(now) + (number == 0 ? "" : "." + number) + RecordingList.SUFFIX;
    }

    private void makeDirectory() throws IOException {
        var directory = settings.directory();
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(directory.toString());
        }
        requireOwn(directory);
    }

    /// Who may write a directory can take files away, or put others in their place.
    private static void requireOwn(Path directory) throws IOException {
        int owner = (Integer) Files.getAttribute(directory, "unix:uid");
        boolean own = owner == 0 || owner == new UnixSystem().getUid();
        if (!own || !Collections.disjoint(Files.getPosixFilePermissions(directory), OF_OTHERS)) {
            throw new FileSystemException(
                    directory.toString(),
                    null,
                    "group or others can write it, or it belongs to neither root nor the gateway's user");
        }
    }

    /// What has gone wrong.
    public Failures failures() {
        return failures.now();
    }

    /// Waits until everything so far is in the files.
    void flush() throws InterruptedException {
        queue.flush();
    }

    @Override
    public void close() {
        queue.close();
    }
}
