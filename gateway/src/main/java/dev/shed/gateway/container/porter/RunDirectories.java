package dev.shed.gateway.container.porter;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The host directories that are mounted read-only in containers at [Container#RUN_DIRECTORY]. Each has the
/// porter's program and the socket that the porter connects to. A container can neither write there nor
/// create links, so the gateway can open the files safely.
final class RunDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(RunDirectories.class);

    static final String PROGRAM = "porter";
    static final String SOCKET = "gateway.sock";

    /// Java's limit for the path of a unix socket; the kernel's is one byte larger.
    private static final int MAX_PATH = 106;

    private static final int HASH_LENGTH = 16;

    /// All users of the container must be able to read the files.
    private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path root;
    private final Instant begin = Instant.now();

    /// @param root created if it does not exist. Fails with `STATE_UNUSABLE` if that is not possible, and
    /// with `CONFIG` if the path is too long
    RunDirectories(Path root) {
        try {
            Files.createDirectories(root);
            this.root = root.toRealPath();
        } catch (IOException e) {
            throw ShedException.stateUnusable(root, e);
        }
        if (length(hashed("")) > MAX_PATH) {
            throw new ShedException(tooLong(root));
        }
    }

    /// Creates the directory of a new shed. Fails with `STATE_UNUSABLE` if that is not possible. A long name
    /// is replaced by a hash.
    Path make(ShedName shed) {
        var directory = of(shed);
        makeDirectory(directory);
        return directory;
    }

    /// The directory of a shed, which need not exist.
    Path of(ShedName shed) {
        var plain = root.resolve(shed.value());
        return length(plain) <= MAX_PATH ? plain : hashed(shed.value());
    }

    /// This gateway's directory that a container has mounted from the path `mounted`; empty if another
    /// gateway created it.
    ///
    /// @param mounted may have the state directory's former path, because a container keeps its mounts for
    /// life. In that case a symbolic link is created there
    Optional<Path> own(Path mounted) {
        if (ours(mounted)) {
            return Optional.of(mounted);
        }
        var here = here(mounted);
        var former = mounted.getParent();
        // Of all gateways on one engine, only one can have created the shed of this name.
        return former != null && Files.isDirectory(here) && leadsHere(former) ? Optional.of(here) : Optional.empty();
    }

    /// Fails with `SHED_NOT_READY` if the container cannot be started because the state directory was moved
    /// and no link can be created at the former path.
    void requireReachable(ShedName shed, Path mounted) {
        if (own(mounted).isEmpty() && !Files.exists(mounted) && Files.isDirectory(here(mounted))) {
            throw new ShedException(Failure.shedNotReady(
                    shed.value(),
                    "the state directory was moved, but its containers use %1$s; create the link: ln -s %2$s %1$s"
                            .formatted(mounted.getParent(), root)));
        }
    }

    private boolean leadsHere(Path former) {
        try {
            if (Files.notExists(former)) {
                // A dangling link was created for an earlier move.
                Files.deleteIfExists(former);
                Files.createDirectories(former.getParent());
                Files.createSymbolicLink(former, root);
            }
            return Files.isSameFile(former, root);
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("path", former).setCause(e).log("not reachable from the path of before");
            return false;
        }
    }

    /// The path that the directory would have in this gateway's state directory.
    Path here(Path mounted) {
        return root.resolve(mounted.getFileName());
    }

    private boolean ours(Path directory) {
        return root.equals(directory.getParent());
    }

    /// Whether a porter was in the container when the gateway stopped or was killed.
    boolean wasInUse(Path directory) {
        return Files.exists(directory.resolve(SOCKET), LinkOption.NOFOLLOW_LINKS);
    }

    /// Creates the directory and copies the program into it, unless both are there already. So a full or
    /// read-only disk does no harm after the first time. Otherwise fails with `STATE_UNUSABLE`.
    void prepare(Path directory, PorterBinary binary) {
        makeDirectory(directory);
        var program = directory.resolve(PROGRAM);
        try {
            var content = binary.content();
            if (!Files.isRegularFile(program) || !Arrays.equals(Files.readAllBytes(program), content)) {
                install(program, content);
            }
        } catch (IOException e) {
            throw ShedException.stateUnusable(program, e);
        }
    }

    /// Removes the directory of a container that was removed. Files that cannot be removed are removed when
    /// the gateway starts again.
    void remove(Path directory) {
        if (!ours(directory)) {
            return;
        }
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (NoSuchFileException _) {
            // It was removed already.
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .addKeyValue("cause", e)
                    .log("cannot remove a run directory");
        }
    }

    /// Removes the directories of containers that were removed by others.
    void removeAllBut(Collection<Path> used) {
        try (var directories = Files.list(root)) {
            directories
                    .filter(directory -> !used.contains(directory) && isOld(directory))
                    .forEach(this::remove);
        } catch (IOException e) {
            throw ShedException.stateUnusable(root, e);
        }
    }

    private static void makeDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
            if (!Files.getPosixFilePermissions(directory).equals(OPEN)) {
                Files.setPosixFilePermissions(directory, OPEN);
            }
        } catch (IOException e) {
            throw ShedException.stateUnusable(directory, e);
        }
    }

    /// Whether the directory is older than this gateway's start. A newer one may belong to a container that
    /// is being created.
    private boolean isOld(Path directory) {
        try {
            return Files.getLastModifiedTime(directory).toInstant().isBefore(begin);
        } catch (IOException _) {
            return false;
        }
    }

    private static void install(Path program, byte[] content) throws IOException {
        var fresh = Files.createTempFile(program.getParent(), PROGRAM, ".new");
        try {
            Files.write(fresh, content);
            Files.setPosixFilePermissions(fresh, OPEN);
            Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private Path hashed(String name) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            // The prefix is safe, because no shed name has an underscore.
            return root.resolve("_" + HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static int length(Path directory) {
        return directory.resolve(SOCKET).toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static Failure tooLong(Path root) {
        return Failure.config("state: " + root, "the path is too long for sockets", "a path of at most 70 bytes");
    }
}
