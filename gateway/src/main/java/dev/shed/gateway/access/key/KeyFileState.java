package dev.shed.gateway.access.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What the file system says about a key file and the directories that it is in. Two equal states hold the same keys.
///
/// @param above the directories above the file's own, the nearest first
/// @param inode the file's own, so that a file moved into its place is noticed
/// @param changed the time of the last change of content, owner or mode: unlike `modified` nobody can set it
record KeyFileState(
        Owned file, Owned directory, List<Ancestor> above, long inode, long size, FileTime modified, FileTime changed) {
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 0022;

    KeyFileState {
        above = List.copyOf(above);
    }

    /// Who may change something.
    ///
    /// @param mode as stat(2) gives it: type and permissions
    record Owned(int mode, int uid) {
        private static Owned of(Map<String, Object> attributes) {
            return new Owned(get(attributes, "mode", Integer.class), get(attributes, "uid", Integer.class));
        }

        private boolean isSafe(int ownUid) {
            return (mode & WRITABLE_BY_OTHERS) == 0 && (uid == 0 || uid == ownUid);
        }

        /// Whether nobody else can put another directory in the place of one in it that is root's or `ownUid`'s: in
        /// a directory with the sticky bit everybody moves what is his own.
        private boolean keepsWhatIsIn(int ownUid) {
            boolean closed = (mode & WRITABLE_BY_OTHERS) == 0 || (mode & STICKY) != 0;
            return closed && (uid == 0 || uid == ownUid);
        }
    }

    /// A directory further up.
    record Ancestor(Path path, Owned owned) {}

    /// The state of `file` now, links followed.
    static KeyFileState of(Path file) throws IOException {
        var real = file.toRealPath();
        var attributes = Files.readAttributes(real, "unix:mode,uid,ino,size,lastModifiedTime,ctime");
        var above = new ArrayList<Ancestor>();
        for (var path = real.resolveSibling("").getParent(); path != null; path = path.getParent()) {
            above.add(new Ancestor(path, owned(path)));
        }
        return new KeyFileState(
                Owned.of(attributes),
                owned(real.resolveSibling("")),
                above,
                get(attributes, "ino", Long.class),
                get(attributes, "size", Long.class),
                get(attributes, "lastModifiedTime", FileTime.class),
                get(attributes, "ctime", FileTime.class));
    }

    private static Owned owned(Path directory) throws IOException {
        return Owned.of(Files.readAttributes(directory, "unix:mode,uid"));
    }

    /// Why the keys are not to be trusted; empty when they are. As sshd's StrictModes: whoever can change the
    /// file, or put another in its place, can let himself in.
    Optional<String> objection(int ownUid) {
        if ((file.mode & TYPE_MASK) != REGULAR) {
            return Optional.of("it is not a regular file");
        }
        if (!file.isSafe(ownUid)) {
            return Optional.of("group or others can write it, or it belongs to neither root nor the gateway's user");
        }
        if (!directory.isSafe(ownUid)) {
            return Optional.of("group or others can write its directory, or that belongs to neither root nor the"
                    + " gateway's user");
        }
        return above.stream()
                .filter(ancestor -> !ancestor.owned.keepsWhatIsIn(ownUid))
                .map(ancestor -> "group or others can write the directory " + ancestor.path
                        + " above it, or that belongs to neither root nor the gateway's user")
                .findFirst();
    }

    private static <T> T get(Map<String, Object> attributes, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(attributes.get(name), name));
    }
}
