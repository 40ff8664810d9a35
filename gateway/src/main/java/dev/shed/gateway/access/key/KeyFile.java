package dev.shed.gateway.access.key;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/// A file that decides about logins, which is read again when it changes. While it is missing, unreadable,
/// malformed, too large or writable by other users, it has no content. That is logged once per change of the
/// file, not once per login.
public final class KeyFile<T> {
    /// Bytes: room for hundreds of thousands of keys. A larger file is probably another one.
    private static final long LARGEST = 16L * 1024 * 1024;

    private static final int OWN_UID = Math.toIntExact(new UnixSystem().getUid());

    /// Parses the content of the file; called once per change.
    public interface Parser<T> {
        T parse(Path file, byte[] content) throws MalformedException;
    }

    /// The parsed content of the file.
    ///
    /// @param problem why there is none
    public record Content<T>(Optional<T> value, Optional<String> problem) {}

    /// The subject of the file, for messages.
    ///
    /// @param noun the entries of the file, in the plural
    /// @param consequence the effect of a file without content
    public record Subject(String noun, String consequence) {}

    private final Subject subject;
    private final Parser<T> parser;
    private final Logger log;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile Path file;

    /// The last content and the state of the file at that time; guarded by `lock`.
    private Loaded<T> loaded = new Loaded<>(Optional.empty(), new Content<>(Optional.empty(), Optional.empty()));

    /// @param state of the file that was read; empty to read it again next time
    private record Loaded<T>(Optional<KeyFileState> state, Content<T> content) {}

    /// @param log for warnings to the operator
    public KeyFile(Subject subject, Path file, Parser<T> parser, Logger log) {
        this.subject = subject;
        this.file = file;
        this.parser = parser;
        this.log = log;
    }

    /// As [LoginPolicy#objection].
    public static Optional<String> objection(Path file) {
        try {
            var state = KeyFileState.of(file);
            return state.objection(userOf(state)).or(() -> tooLarge(state));
        } catch (IOException e) {
            return Optional.of(words(e));
        }
    }

    /// As [LoginPolicy#cures].
    public static List<String> cures(Path file) {
        try {
            var state = KeyFileState.of(file);
            return state.cures(file.toRealPath(), userOf(state));
        } catch (IOException _) {
            return List.of();
        }
    }

    /// The gateway's user, who may be another one than root if root runs a tool.
    private static int userOf(KeyFileState state) {
        return OWN_UID == 0 ? state.directory().uid() : OWN_UID;
    }

    /// Reads another file from now on.
    public void reconfigure(Path next) {
        file = next;
    }

    /// The current content; may block to read the file.
    public Content<T> content() {
        lock.lock();
        try {
            var next = load();
            if (next.content.problem().isPresent() && !next.equals(loaded)) {
                log.atWarn()
                        .addKeyValue("file", file)
                        .addKeyValue("reason", next.content.problem().get())
                        .log(subject.consequence);
            }
            loaded = next;
            return next.content;
        } finally {
            lock.unlock();
        }
    }

    /// Reads the file; returns `loaded` if it has not changed.
    private Loaded<T> load() {
        var path = file;
        try {
            // Taken before the file is read, so that a change in between is noticed the next time.
            var state = KeyFileState.of(path);
            if (loaded.state.filter(state::equals).isPresent()) {
                return loaded;
            }
            var objection = state.objection(OWN_UID).or(() -> tooLarge(state));
            return new Loaded<>(Optional.of(state), objection.isPresent() ? nothing(objection.get()) : read(path));
        } catch (IOException e) {
            // Without a state, so that the file is read again next time: the cause may not be the file
            // itself.
            return new Loaded<>(Optional.empty(), nothing(words(e)));
        }
    }

    private Content<T> read(Path path) throws IOException {
        byte[] content;
        try (var in = Files.newInputStream(path)) {
            content = in.readNBytes(Math.toIntExact(LARGEST));
        }
        try {
            return new Content<>(Optional.of(parser.parse(path, content)), Optional.empty());
        } catch (MalformedException e) {
            return nothing(e.reason());
        }
    }

    private static Optional<String> tooLarge(KeyFileState state) {
        return state.size() > LARGEST
                ? Optional.of("it has " + state.size() + " bytes, and " + LARGEST + " are the most")
                : Optional.empty();
    }

    private Content<T> nothing(String reason) {
        return new Content<>(Optional.empty(), Optional.of(subject.noun + " cannot be used: " + reason));
    }

    private static String words(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> "reading failed: " + e.getMessage();
        };
    }
}
