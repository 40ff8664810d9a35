package dev.shed.gateway.access.key;

import dev.shed.gateway.text.ShellWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// The attributes of a key file and of the directories above it. If two states are equal, the file has not
/// changed.
///
/// @param above the directories above the file's own, the nearest first
/// @param inode the file's inode, so that a replacement of the file is noticed
/// @param changed the time of the last change of content, owner or mode (ctime). Unlike `modified` it cannot
/// be set
record KeyFileState(
        Owned file, Owned directory, List<Ancestor> above, long inode, long size, FileTime modified, FileTime changed) {
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 0022;

    KeyFileState {
        above = List.copyOf(above);
    }

    /// Owner and mode, which determine who may change a file.
    ///
    /// @param mode as returned by stat(2): type and permissions
    record Owned(int mode, int uid) {
        private static Owned of(Map<String, Object> attributes) {
            return new Owned(get(attributes, "mode", Integer.class), get(attributes, "uid", Integer.class));
        }

        private boolean isSafe(int ownUid) {
            return (mode & WRITABLE_BY_OTHERS) == 0 && hasSafeOwner(ownUid);
        }

        private boolean hasSafeOwner(int ownUid) {
            return uid == 0 || uid == ownUid;
        }

        /// The commands that make it safe.
        private Stream<String> cures(Path path, int ownUid) {
            var name = ShellWords.quoted(path.toString());
            var owner = hasSafeOwner(ownUid) ? Stream.<String>empty() : Stream.of("chown " + ownUid + " " + name);
            return Stream.concat(owner, closing(name));
        }

        /// The same of a directory above the file's own. It may be somebody's home, so its owner stays.
        private Stream<String> curesOfAncestor(Path path, int ownUid) {
            var name = ShellWords.quoted(path.toString());
            return hasSafeOwner(ownUid)
                    ? closing(name)
                    : Stream.of("# " + name + " belongs to another user: move the file below a directory of root");
        }

        private Stream<String> closing(String name) {
            // Nobody should take the right to write /tmp away.
            boolean closed = (mode & WRITABLE_BY_OTHERS) == 0 || (mode & STICKY) != 0;
            return closed ? Stream.empty() : Stream.of("chmod go-w " + name);
        }

        /// Whether no other user can replace an entry of this directory that belongs to root or `ownUid`. In
        /// a directory with the sticky bit users can only rename their own entries.
        private boolean keepsWhatIsIn(int ownUid) {
            boolean closed = (mode & WRITABLE_BY_OTHERS) == 0 || (mode & STICKY) != 0;
            return closed && hasSafeOwner(ownUid);
        }
    }

    /// A directory above the file.
    record Ancestor(Path path, Owned owned) {}

    /// The current state of `file`, with links followed.
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

    /// The reason why the file is not trusted; empty if it is. As with sshd's StrictModes: a user who can
    /// change or replace the file could add a key.
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

    /// The commands that mend what [#objection] refuses.
    ///
    /// @param path of the file, with links resolved
    List<String> cures(Path path, int ownUid) {
        var own = Stream.concat(directory.cures(path.resolveSibling(""), ownUid), file.cures(path, ownUid));
        var others = above.stream()
                .filter(ancestor -> !ancestor.owned.keepsWhatIsIn(ownUid))
                .flatMap(ancestor -> ancestor.owned.curesOfAncestor(ancestor.path, ownUid));
        return Stream.concat(others, own).toList();
    }

    private static <T> T get(Map<String, Object> attributes, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(attributes.get(name), name));
    }
}
