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

/// The directories of the host that containers have as [Container#RUN_DIRECTORY], read-only: the porter's
/// program and the socket that it dials. A container can neither write there nor plant a link, so what the
/// gateway opens in them is its own.
final class RunDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(RunDirectories.class);

    static final String PROGRAM = "porter";
    static final String SOCKET = "gateway.sock";

    /// What Java binds a socket to; the kernel has room for one byte more.
    private static final int MAX_PATH = 106;

    private static final int HASH_LENGTH = 16;

    /// Whoever is in the container has to read what is there.
    private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path root;
    private final Instant begin = Instant.now();

    /// @param root made if it is not there; `STATE_UNUSABLE` when that is not possible, `CONFIG` when its path is
    /// too long
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

    /// Makes the directory of a shed that is to be; `STATE_UNUSABLE` when that is not possible. A long name has a
    /// short directory.
    Path make(ShedName shed) {
        var directory = of(shed);
        makeDirectory(directory);
        return directory;
    }

    /// The directory of a shed, whether it is there or not.
    Path of(ShedName shed) {
        var plain = root.resolve(shed.value());
        return length(plain) <= MAX_PATH ? plain : hashed(shed.value());
    }

    /// The directory here that a container has mounted from this path; empty when another gateway made it.
    ///
    /// @param mounted may be the path of before the state directory was moved. A container keeps it for good, so a
    ///     link is made there
    Optional<Path> own(Path mounted) {
        if (ours(mounted)) {
            return Optional.of(mounted);
        }
        var here = here(mounted);
        var former = mounted.getParent();
        // Of all gateways of an engine one alone has made the shed of this name.
        return former != null && Files.isDirectory(here) && leadsHere(former) ? Optional.of(here) : Optional.empty();
    }

    /// Fails with `SHED_NOT_READY` when a container cannot be started because the state directory was moved away from
    /// its path, and no link can be made there.
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
                // A link that leads nowhere is of a move before.
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

    /// What it would be here, if it is this gateway's: of one that cannot be reached by its path either.
    Path here(Path mounted) {
        return root.resolve(mounted.getFileName());
    }

    private boolean ours(Path directory) {
        return root.equals(directory.getParent());
    }

    /// Whether a porter was in the container when the gateway ended, be it killed or stopped.
    boolean wasInUse(Path directory) {
        return Files.exists(directory.resolve(SOCKET), LinkOption.NOFOLLOW_LINKS);
    }

    /// Makes the directory and puts the program into it, if that is not as it should be already: on a disk that is
    /// full or read-only what is there already will do. `STATE_UNUSABLE` otherwise.
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

    /// Removes the directory of a container that is gone. What cannot be removed now is removed when the gateway
    /// starts again.
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
            // It is gone already.
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .addKeyValue("cause", e)
                    .log("cannot remove a run directory");
        }
    }

    /// Removes what containers left behind that went without the gateway's doing.
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

    /// One that was made just now belongs to a container that is just being made.
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
            // No shed name has an underscore.
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
