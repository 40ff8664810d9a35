package dev.shed.gateway.access.key;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/// A file that says who gets in, read again whenever it has changed. While it is missing, unreadable, malformed, too
/// large or open to changes by others, it has no content. The operator is warned of that once per change, not once
/// per login.
public final class KeyFile<T> {
    /// Hundreds of thousands of keys; what is longer is most likely another file.
    private static final long LARGEST = 16L * 1024 * 1024;

    private static final int OWN_UID = Math.toIntExact(new UnixSystem().getUid());

    /// Reads what stands in the file; called once per change.
    public interface Parser<T> {
        T parse(Path file, byte[] content) throws MalformedException;
    }

    /// What the file says.
    ///
    /// @param problem why it says nothing
    public record Content<T>(Optional<T> value, Optional<String> problem) {}

    /// What the file is about, for messages.
    ///
    /// @param noun what is in it, in the plural
    /// @param consequence what it means when it has no content
    public record Subject(String noun, String consequence) {}

    private final Subject subject;
    private final Parser<T> parser;
    private final Logger log;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile Path file;

    /// What the file said last, and when; guarded by `lock`.
    private Loaded<T> loaded = new Loaded<>(Optional.empty(), new Content<>(Optional.empty(), Optional.empty()));

    /// @param state what it was read from; empty when it has to be read again next time
    private record Loaded<T>(Optional<KeyFileState> state, Content<T> content) {}

    /// @param log for what the operator has to know
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
            return state.objection(OWN_UID == 0 ? state.directory().uid() : OWN_UID)
                    .or(() -> tooLarge(state));
        } catch (IOException e) {
            return Optional.of(words(e));
        }
    }

    /// From now on it is another file.
    public void reconfigure(Path next) {
        file = next;
    }

    /// What the file says now; may block to read it.
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

    /// The file as it is now; `loaded` again if it has not changed.
    private Loaded<T> load() {
        var path = file;
        try {
            // Looked at before it is read: a change in between is seen the next time.
            var state = KeyFileState.of(path);
            if (loaded.state.filter(state::equals).isPresent()) {
                return loaded;
            }
            var objection = state.objection(OWN_UID).or(() -> tooLarge(state));
            return new Loaded<>(Optional.of(state), objection.isPresent() ? nothing(objection.get()) : read(path));
        } catch (IOException e) {
            // Without a state, so that it is tried again: what stands in the way may not be the file's doing.
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
