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

/// Records the sheds that are being created. If the gateway is killed meanwhile, it removes their remains
/// when it starts again. There is one empty file `NAME.MARK` for each. The container and the volume carry the
/// mark as well (label `shed.creation`), so that no others are removed.
public final class PendingCreations {
    private static final Logger LOG = LoggerFactory.getLogger(PendingCreations.class);

    private static final Pattern FILE = Pattern.compile("([a-z0-9-]+)\\.([0-9a-f]{32})");

    /// How long an engine may still be working on a creation: twice the longest time that the gateway waits
    /// for it.
    private static final Duration LONGEST = Duration.ofHours(2);

    private final Path directory;

    /// Unfinished creations by mark. Those of an earlier run of the gateway are not in `active`.
    private final Map<String, Creation> unfinished = new ConcurrentHashMap<>();

    /// The names of sheds that are being created or undone, each with its mark.
    private final Map<ShedName, String> active = new ConcurrentHashMap<>();

    /// One call of `create`.
    ///
    /// @param mark random, unique to the call
    record Creation(ShedName name, String mark) {
        private String file() {
            return name + "." + mark;
        }
    }

    /// @param directory created when it is needed; fails with `STATE_UNUSABLE` if it cannot be read
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
            // Not the gateway's file: no shed can have that name.
            return Optional.empty();
        }
    }

    /// Begins a creation. Empty if a shed of that name is being created already. Fails with `STATE_UNUSABLE`
    /// if the file cannot be written; nothing has begun then.
    Optional<Creation> begin(ShedName name) {
        var creation = new Creation(name, UUID.randomUUID().toString().replace("-", ""));
        if (active.putIfAbsent(name, creation.mark()) != null) {
            return Optional.empty();
        }
        unfinished.put(creation.mark(), creation);
        write(creation);
        return Optional.of(creation);
    }

    /// Creations that an earlier run of the gateway left, or that this one could not undo.
    Collection<Creation> abandoned() {
        return unfinished.values().stream()
                .filter(creation -> !creation.mark().equals(active.get(creation.name())))
                .toList();
    }

    /// Whether an engine may still be working on a creation, because it did not answer or the gateway was
    /// killed meanwhile.
    boolean isRecent(Creation creation) {
        try {
            var begun = Files.getLastModifiedTime(directory.resolve(creation.file()));
            return begun.toInstant().isAfter(Instant.now().minus(LONGEST));
        } catch (IOException _) {
            return false;
        }
    }

    /// Whether the mark is that of an unfinished creation.
    boolean contains(String mark) {
        return unfinished.containsKey(mark);
    }

    /// A creation has succeeded. Fails with `STATE_UNUSABLE` if the file cannot be removed. The creation must
    /// then be undone, because the gateway would treat it as unfinished after a restart.
    void finish(Creation creation) {
        var file = directory.resolve(creation.file());
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw ShedException.stateUnusable(file, e);
        }
        forget(creation);
    }

    /// Nothing of a creation is left in the engine. A file that cannot be removed does no harm then, and is
    /// logged.
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

    /// Gives up a creation for now; it becomes one of [#abandoned].
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
