package dev.shed.gateway.access;

import com.sun.security.auth.module.UnixSystem;
import dev.shed.gateway.access.AuthDecision.Accepted;
import dev.shed.gateway.access.AuthDecision.Refused;
import dev.shed.gateway.access.AuthDecision.Unknown;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys that get in: a file in OpenSSH's format, read again whenever it has changed. While it is missing,
/// unreadable or open to changes by others, nobody gets in. A line with an error is skipped. The operator is
/// warned of each once per change, not once per login.
public final class AuthorizedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizedKeys.class);

    private volatile Path file;
    private final Clock clock;
    private final int ownUid;
    private final ReentrantLock lock = new ReentrantLock();

    /// What the file said last; guarded by `lock`.
    private Loaded loaded = new Loaded(Optional.empty(), List.of(), Optional.empty());

    /// @param state what the keys were read from; empty when they have to be read again next time
    /// @param problem why there are no keys
    private record Loaded(Optional<KeyFileState> state, List<AuthorizedKey> keys, Optional<String> problem) {}

    /// @param clock tells when keys expire; its zone is that of expiry times that do not say theirs
    public AuthorizedKeys(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
        this.ownUid = Math.toIntExact(new UnixSystem().getUid());
    }

    /// Why nobody gets in with a file, whatever it says; empty when it is used. For tools, which may run as root while
    /// the gateway does not: then the gateway's user may be whoever owns the file's directory.
    public static Optional<String> objection(Path file) {
        try {
            var state = KeyFileState.of(file);
            int self = Math.toIntExact(new UnixSystem().getUid());
            return state.objection(self == 0 ? state.directory().uid() : self);
        } catch (IOException e) {
            return Optional.of(words(e));
        }
    }

    /// From now on the keys are in another file.
    public void use(Path next) {
        file = next;
    }

    /// The fingerprint of a key in SSH wire format, as OpenSSH prints it: `SHA256:` and unpadded base64.
    public static String fingerprint(byte[] keyBlob) {
        return PublicKeyBlob.fingerprint(keyBlob);
    }

    /// Whether the holder of a key gets in. Has no side effects but reading the file and may block for it. Of
    /// several lines with the same key the first that lets it in counts.
    ///
    /// @param keyBlob the key in SSH wire format (RFC 4253 section 6.6)
    /// @param from the peer's address
    public AuthDecision decide(byte[] keyBlob, InetAddress from) {
        var current = current();
        if (current.problem().isPresent()) {
            return new Unknown(current.problem().get());
        }
        AuthDecision decision = new Refused("the key is not authorized");
        for (var key : current.keys()) {
            if (key.key().is(keyBlob)) {
                decision = key.decide(from, clock.instant());
            }
            if (decision instanceof Accepted) {
                return decision;
            }
        }
        return decision;
    }

    private Loaded current() {
        lock.lock();
        try {
            var next = load();
            if (next.problem().isPresent() && !next.equals(loaded)) {
                LOG.atWarn()
                        .addKeyValue("file", file)
                        .addKeyValue("reason", next.problem().get())
                        .log("nobody gets in");
            }
            loaded = next;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// The file as it is now; `loaded` again if it has not changed.
    private Loaded load() {
        try {
            // Looked at before it is read: a change in between is seen the next time.
            var state = Optional.of(KeyFileState.of(file));
            if (loaded.state().equals(state)) {
                return loaded;
            }
            var objection = state.get().objection(ownUid);
            return new Loaded(state, objection.isPresent() ? List.of() : read(), objection.map(AuthorizedKeys::unused));
        } catch (IOException e) {
            // Without a state, so that it is tried again: what stands in the way may not be the file's doing.
            return new Loaded(Optional.empty(), List.of(), Optional.of(unused(words(e))));
        }
    }

    private List<AuthorizedKey> read() throws IOException {
        // Not strict UTF-8: a comment in another encoding must not lock everybody out.
        var text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        var lines = (text.startsWith("\ufeff") ? text.substring(1) : text).split("\n", -1);
        var keys = new ArrayList<AuthorizedKey>();
        for (int i = 0; i < lines.length; i++) {
            parse(i + 1, lines[i], clock.getZone()).ifPresent(keys::add);
        }
        LOG.atInfo().addKeyValue("file", file).addKeyValue("keys", keys.size()).log("authorized keys read");
        return List.copyOf(keys);
    }

    private Optional<AuthorizedKey> parse(int number, String line, ZoneId zone) {
        try {
            return AuthorizedKey.parse(number, line, zone);
        } catch (RefusedLineException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("line", number)
                    .addKeyValue("reason", e.reason())
                    .log("line of authorized keys skipped");
            return Optional.empty();
        }
    }

    private static String unused(String reason) {
        return "the authorized keys cannot be used: " + reason;
    }

    private static String words(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> "reading failed: " + e.getMessage();
        };
    }
}
