package dev.shed.gateway.keys;

import dev.shed.gateway.access.Identity;
import dev.shed.gateway.access.KeyLine;
import dev.shed.gateway.access.KeyLine.Usable;
import dev.shed.gateway.access.LoginPolicy;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Reads and changes the file of authorized keys. It is changed as git changes its files: the new text is
/// written to `FILE.lock`, which only one process can create at a time, and then renamed to `FILE`. Owner and
/// mode are kept.
public final class AuthorizedKeysEditor {
    /// How long to wait for the lock: many times what a change takes.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Path file;
    private final Clock clock;
    private final int minRsaBits;

    /// @param minRsaBits the least size of RSA keys
    public AuthorizedKeysEditor(Path file, Clock clock, int minRsaBits) {
        this.file = file;
        this.clock = clock;
        this.minRsaBits = minRsaBits;
    }

    /// The file itself.
    public Path path() {
        return file;
    }

    /// The keys in the file; fails with `CONFIG` if it cannot be read.
    public List<KeyLine> keys() {
        try {
            return keys(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /// Parses the keys in a text that has a character for each byte, so that text other than UTF-8 is
    /// preserved.
    List<KeyLine> keys(String bytes) {
        var text = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return KeyLine.all(text, clock.getZone(), minRsaBits);
    }

    /// The lines whose fingerprint or comment is the name that was given; all are of one key. Empty if there
    /// is none. Fails with `CONFIG` if several keys have the comment.
    List<Usable> named(String name, List<KeyLine> keys) {
        var all = keys.stream()
                .filter(Usable.class::isInstance)
                .map(Usable.class::cast)
                .filter(key -> isNamed(name, key.identity()))
                .toList();
        if (all.stream().map(key -> key.identity().fingerprint()).distinct().count() > 1) {
            throw new ShedException(Failure.config(
                    file.toString(),
                    "several keys have the comment '" + name + "'",
                    "the fingerprint of one of them:\n"
                            + all.stream().map(AuthorizedKeysEditor::described).collect(Collectors.joining("\n"))));
        }
        return all;
    }

    private static boolean isNamed(String name, Identity identity) {
        return name.equals(identity.fingerprint()) || (!name.isEmpty() && name.equals(identity.comment()));
    }

    /// Fingerprint and comment.
    static String described(Usable key) {
        var identity = key.identity();
        return FailureText.printable((identity.fingerprint() + " " + identity.comment()).strip());
    }

    /// Why the gateway would refuse all logins with this file; empty if it would not.
    public Optional<String> objection() {
        return LoginPolicy.objection(file);
    }

    /// Replaces the text of the file by the result of `edit`. If `edit` throws, the file is not changed. A
    /// missing file is created, readable by its owner only.
    ///
    /// @param edit receives and returns a text with a character for each byte
    void change(UnaryOperator<String> edit) throws InterruptedException {
        try {
            boolean there = Files.exists(file);
            if (there) {
                requireUsable();
            }
            var real = there ? file.toRealPath() : file.toAbsolutePath();
            var lock = real.resolveSibling(real.getFileName() + ".lock");
            take(lock);
            replace(real, lock, edit);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void requireUsable() {
        objection().ifPresent(why -> {
            throw new ShedException(Failure.config(
                    file.toString(),
                    "the gateway does not use this file: " + why,
                    "a file that nobody but root and the gateway's user can write: chmod go-w " + file));
        });
    }

    private static void take(Path lock) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                Files.createFile(
                        lock, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                return;
            } catch (FileAlreadyExistsException e) {
                if (System.nanoTime() - end > 0) {
                    throw new ShedException(
                            Failure.config(
                                    lock.toString(),
                                    "the file exists, so another command is changing the keys",
                                    "no such file; if no command is running: rm " + lock),
                            e);
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    private static void replace(Path real, Path lock, UnaryOperator<String> edit) throws IOException {
        boolean moved = false;
        try {
            boolean there = Files.exists(real);
            var before = there ? Files.readString(real, StandardCharsets.ISO_8859_1) : "";
            write(lock, edit.apply(before));
            if (there) {
                copyOwner(real, lock);
            }
            Files.move(lock, real, StandardCopyOption.ATOMIC_MOVE);
            moved = true;
        } finally {
            // After the rename, a lock file of that name belongs to another process.
            if (!moved) {
                Files.deleteIfExists(lock);
            }
        }
    }

    private static void write(Path lock, String text) throws IOException {
        try (var channel = FileChannel.open(lock, Set.of(StandardOpenOption.WRITE))) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static void copyOwner(Path from, Path to) throws IOException {
        var wanted = Files.readAttributes(from, PosixFileAttributes.class);
        var view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        var now = view.readAttributes();
        if (!now.group().equals(wanted.group())) {
            view.setGroup(wanted.group());
        }
        if (!now.owner().equals(wanted.owner())) {
            view.setOwner(wanted.owner());
        }
        view.setPermissions(wanted.permissions());
    }

    private ShedException unusable(IOException e) {
        var problem = switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> "cannot be used: " + e.getMessage();
        };
        return new ShedException(
                Failure.config(file.toString(), problem, "a file of public keys in OpenSSH's format"), e);
    }
}
