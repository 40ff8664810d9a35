package dev.shed.gateway.recording;

import com.sun.security.auth.module.UnixSystem;
import dev.shed.gateway.access.Glob;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName.ToShed;
import dev.shed.gateway.name.ShedName;
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

/// Records sessions. All clients of a session share one file. It is continued when a client attaches again,
/// until the gateway stops.
public final class Recordings implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

    /// How many sessions without a client are remembered to continue their files.
    private static final int MAX_REMEMBERED = 500;

    private static final Set<PosixFilePermission> OF_OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// The settings of recordings.
    ///
    /// @param sheds globs (`*`, `?`) of the sheds whose sessions are recorded; none by default
    /// @param maxSize limit on one file in bytes, after which recording stops
    /// @param maxTotal limit on all files in bytes, beyond which the oldest ones are removed
    /// @param keep how long a file is kept
    /// @param refuseWhenFull whether a login is refused if its session cannot be recorded
    public record Settings(
            List<String> sheds, Path directory, long maxSize, long maxTotal, Duration keep, boolean refuseWhenFull) {}

    /// Sessions that could not be recorded.
    ///
    /// @param count how many, since the gateway was started
    /// @param problem why the last one failed; empty if another one has been written since
    public record Failures(long count, Optional<String> problem) {}

    /// A client that attaches.
    ///
    /// @param name the client, for the markers
    /// @param key the fingerprint of its key
    public record Client(String name, String key) {}

    /// Is told that somebody has typed into a session, recorded or not.
    public interface InputListener {
        /// Must not block.
        ///
        /// @param key the fingerprint of the key that has logged in
        void typed(ShedName shed, String session, String key);
    }

    private record Key(String container, String session) {}

    private final Settings settings;
    private final Clock clock;
    private final WriteQueue queue;
    private final InputListener inputListener;
    private final Retention retention;
    private final RecordingFailures failures = new RecordingFailures();
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock.
    private final Map<Key, Recording> recordings = new HashMap<>();

    public Recordings(Settings settings, Clock clock, InputListener inputListener) {
        this(settings, clock, new WriteQueue(), inputListener);
    }

    Recordings(Settings settings, Clock clock, WriteQueue queue, InputListener inputListener) {
        this.settings = settings;
        this.clock = clock;
        this.queue = queue;
        this.inputListener = inputListener;
        this.retention = new Retention(settings, clock);
        queue.start(() -> retention.apply(inUse()));
    }

    /// Tells that somebody has typed into a session without being attached to it.
    ///
    /// @param key the fingerprint of the key that has logged in
    public void typed(ShedName shed, String session, String key) {
        inputListener.typed(shed, session, key);
    }

    /// Whether sessions of a shed are recorded.
    public boolean covers(ToShed address) {
        return settings.sheds().stream()
                .anyMatch(glob -> Glob.matches(glob, address.shed().value()));
    }

    /// A client attaches to a session.
    ///
    /// @param container the container's id, since another container of the same name has other sessions
    /// @throws ShedException `STATE_UNUSABLE` if the session cannot be recorded and must be
    public Participant join(ToShed address, String container, Client client, WindowSize size) {
        var who = client.name();
        Runnable typed = () -> typed(address.shed(), address.sessionOrDefault().value(), client.key());
        if (!covers(address)) {
            return new Participant(null, who, size, typed);
        }
        try {
            var recording = recording(address, container, size);
            var participant = new Participant(recording, FailureText.printable(who), size, typed);
            recording.add(participant);
            return participant;
        } catch (IOException e) {
            return notRecorded(e, who, size, typed);
        }
    }

    private Participant notRecorded(IOException problem, String who, WindowSize size, Runnable typed) {
        failures.failed(problem);
        if (settings.refuseWhenFull()) {
            throw ShedException.stateUnusable(settings.directory(), problem);
        }
        LOG.atWarn()
                .addKeyValue("directory", settings.directory())
                .addKeyValue("problem", problem.toString())
                .log("a session is not recorded");
        return new Participant(null, who, size, typed);
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
                // More than one in the same second.
                if (number == MAX_REMEMBERED) {
                    throw e;
                }
            }
        }
    }

    /// The name of a file. Names of sheds and sessions contain no character with a meaning in a path.
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

    /// Refuses a directory that others can write: they could remove or replace files.
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

    /// The failures so far.
    public Failures failures() {
        return failures.now();
    }

    /// Waits until all entries so far have been written.
    void flush() throws InterruptedException {
        queue.flush();
    }

    @Override
    public void close() {
        queue.close();
    }
}
