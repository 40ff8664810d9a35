package dev.shed.gateway.shed.create;

import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Records the sheds that are being created, so that a gateway that is killed meanwhile removes the remains when it
/// starts again: one empty file `NAME.MARK` for each. The mark is also on the container and the volume (label
/// `shed.creation`), so no others are removed.
public final class PendingCreations {
    private static final Logger LOG = LoggerFactory.getLogger(PendingCreations.class);

    private static final Pattern FILE = Pattern.compile("([a-z0-9-]+)\\.([0-9a-f]{32})");

    /// As long as an engine is waited for, and as much again.
    private static final Duration LONGEST = Duration.ofHours(2);

    private final Path directory;

    /// By mark; those of an earlier life are not active.
    private final Map<String, Creation> unfinished = new ConcurrentHashMap<>();

    /// The names that somebody works on.
    private final Map<ShedName, String> active = new ConcurrentHashMap<>();

    /// One call of `create`.
    record Creation(ShedName name, String mark) {
        private String file() {
            return name + "." + mark;
        }
    }

    /// @param directory made if it is not there; `STATE_UNUSABLE` when it cannot be read
    public PendingCreations(Path directory) {
        this.directory = directory;
        read().forEach(creation -> unfinished.put(creation.mark(), creation));
    }

    private List<Creation> read() {
        if (Files.notExists(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.flatMap(file -> parse(file.getFileName().toString()).stream())
                    .toList();
        } catch (IOException e) {
            throw ShedException.stateUnusable(directory, e);
        }
    }

    private static Optional<Creation> parse(String file) {
        var matcher = FILE.matcher(file);
        try {
            return matcher.matches()
                    ? Optional.of(new Creation(ShedName.parse(matcher.group(1)), matcher.group(2)))
                    : Optional.empty();
        } catch (ShedException _) {
            // Not one of ours: no shed can be called so.
            return Optional.empty();
        }
    }

    /// Begins a creation; empty when somebody else makes a shed of that name just now. `STATE_UNUSABLE` when it
    /// cannot be written down: then nothing has begun.
    Optional<Creation> begin(ShedName name) {
        var creation = new Creation(name, UUID.randomUUID().toString().replace("-", ""));
        if (active.putIfAbsent(name, creation.mark()) != null) {
            return Optional.empty();
        }
        unfinished.put(creation.mark(), creation);
        write(creation);
        return Optional.of(creation);
    }

    /// What an earlier life left behind, or this one could not undo.
    Collection<Creation> abandoned() {
        return unfinished.values().stream()
                .filter(creation -> !creation.mark().equals(active.get(creation.name())))
                .toList();
    }

    /// Whether an engine may still be making what belongs to it: one that did not answer, or did when the gateway
    /// ended.
    boolean isRecent(Creation creation) {
        try {
            var begun = Files.getLastModifiedTime(directory.resolve(creation.file()));
            return begun.toInstant().isAfter(Instant.now().minus(LONGEST));
        } catch (IOException _) {
            return false;
        }
    }

    /// Whether a container with this mark is not finished.
    boolean contains(String mark) {
        return unfinished.containsKey(mark);
    }

    /// It is finished. `STATE_UNUSABLE` when that cannot be written down: it has to be undone then, since the next
    /// life of the gateway will take it for unfinished.
    void finish(Creation creation) {
        var file = directory.resolve(creation.file());
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw ShedException.stateUnusable(file, e);
        }
        forget(creation);
    }

    /// Nothing of it is left. A note that cannot be removed does no harm: there is nothing that it could be about.
    void undone(Creation creation) {
        try {
            Files.deleteIfExists(directory.resolve(creation.file()));
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("shed", creation.name())
                    .addKeyValue("why", e)
                    .log("cannot remove the record of a creation that was undone");
        }
        forget(creation);
    }

    private void forget(Creation creation) {
        unfinished.remove(creation.mark());
        leave(creation);
    }

    /// Nobody works on it any more; what is left of it is [#abandoned].
    void leave(Creation creation) {
        active.remove(creation.name(), creation.mark());
    }

    private void write(Creation creation) {
        var file = directory.resolve(creation.file());
        try {
            Files.createDirectories(directory);
            Files.createFile(file);
        } catch (IOException e) {
            forget(creation);
            throw ShedException.stateUnusable(file, e);
        }
    }
}
