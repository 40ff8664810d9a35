package dev.shed.gateway.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file `audit.log`, readable by its owner only. A line is written completely or not at all: the part of
/// a line that a full disk has accepted is truncated again. When the day ends or the file has reached its
/// size limit, it becomes `audit.DATE.log.gz` (or `audit.DATE.1.log.gz` and so on, if a day has several). Not
/// thread-safe.
public final class AuditFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");
    private static final Pattern ROTATED =
            Pattern.compile("audit\\.([0-9]{4}-[0-9]{2}-[0-9]{2})(\\.[0-9]{1,9})?\\.log(\\.gz)?");

    /// When a file is rotated and when it is removed.
    ///
    /// @param bytes the size limit, which the last line may exceed
    /// @param days how long rotated files are kept
    public record Limits(long bytes, int days) {
        public static final Limits DEFAULT = new Limits(100L * 1024 * 1024, 90);
    }

    private final Path directory;
    private final Path path;
    private final Limits limits;
    private final Clock clock;
    private final ReentrantLock tidying = new ReentrantLock();
    private RandomAccessFile file;
    private LocalDate day;

    private AuditFile(Path directory, Limits limits, Clock clock) throws IOException {
        this.directory = directory;
        this.path = directory.resolve("audit.log");
        this.limits = limits;
        this.clock = clock;
        this.file = openFile();
        this.day = file.length() == 0
                ? LocalDate.now(clock)
                : LocalDate.ofInstant(Files.getLastModifiedTime(path).toInstant(), clock.getZone());
        endLastLine();
    }

    /// Opens the file in an existing directory and appends to it.
    ///
    /// @param clock its time zone determines when a day ends
    /// @throws IOException if it cannot be written
    public static AuditFile open(Path directory, Limits limits, Clock clock) throws IOException {
        return new AuditFile(directory, limits, clock);
    }

    Path path() {
        return path;
    }

    /// Appends one line.
    ///
    /// @param line without a line break
    /// @throws IOException if the line was not written
    void append(String line) throws IOException {
        rotateWhenDue();
        if (Files.notExists(path)) {
            // The file was moved or removed, for instance by logrotate.
            reopen();
        }
        write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /// Opens the new file before it closes the old one. If opening fails, the old file is written to until it
    /// succeeds.
    private void reopen() throws IOException {
        var last = file;
        file = openFile();
        last.close();
    }

    private RandomAccessFile openFile() throws IOException {
        try {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PRIVATE));
        } catch (FileAlreadyExistsException _) {
            if (Files.isDirectory(path)) {
                throw new FileSystemException(path.toString(), null, "Is a directory");
            }
            Files.setPosixFilePermissions(path, PRIVATE);
        }
        return new RandomAccessFile(path.toFile(), "rw");
    }

    /// Ends a line that a crash of the machine has cut, so that the next line is not appended to it.
    private void endLastLine() throws IOException {
        if (file.length() > 0) {
            file.seek(file.length() - 1);
            if (file.read() != '\n') {
                write(new byte[] {'\n'});
            }
        }
    }

    private void write(byte[] bytes) throws IOException {
        long end = file.length();
        try {
            file.seek(end);
            file.write(bytes);
        } catch (IOException e) {
            try {
                file.setLength(end);
            } catch (IOException truncating) {
                e.addSuppressed(truncating);
            }
            throw e;
        }
    }

    private void rotateWhenDue() throws IOException {
        var today = LocalDate.now(clock);
        if (today.equals(day) && file.length() < limits.bytes()) {
            return;
        }
        if (file.length() > 0) {
            putAway();
        }
        day = today;
    }

    private void putAway() throws IOException {
        var rotated = freeName();
        try {
            Files.move(path, rotated);
        } catch (IOException e) {
            // A file that is too long is better than lost lines.
            LOG.atWarn().addKeyValue("file", path).setCause(e).log("the audit log cannot be rotated");
            return;
        }
        reopen();
        // Compression takes processor time, and virtual threads share their carriers with all connections.
        Thread.ofPlatform().name("audit-compress").daemon().start(this::tidy);
    }

    private Path freeName() {
        int number = 0;
        while (Files.exists(rotated(number, "")) || Files.exists(rotated(number, ".gz"))) {
            number++;
        }
        return rotated(number, "");
    }

    private Path rotated(int number, String suffix) {
        return directory.resolve("audit." + day + (number == 0 ? "" : "." + number) + ".log" + suffix);
    }

    /// Compresses the rotated files, also those of an earlier gateway, and removes the old ones.
    private void tidy() {
        tidying.lock();
        try (var files = Files.list(directory)) {
            for (var old : files.toList()) {
                var name = ROTATED.matcher(old.getFileName().toString());
                if (!name.matches()) {
                    continue;
                }
                if (isOver(name.group(1))) {
                    Files.deleteIfExists(old);
                } else if (name.group(3) == null) {
                    compress(old);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.atWarn().addKeyValue("directory", directory).setCause(e).log("old audit logs not removed");
        } finally {
            tidying.unlock();
        }
    }

    private boolean isOver(String date) {
        try {
            return LocalDate.parse(date).plusDays(limits.days()).isBefore(LocalDate.now(clock));
        } catch (DateTimeException _) {
            return false; // no date, such as 2026-13-01
        }
    }

    private static void compress(Path file) throws IOException {
        var temporary = file.resolveSibling(file.getFileName() + ".gz.new");
        try {
            Files.deleteIfExists(temporary);
            Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PRIVATE));
            try (var out = new GZIPOutputStream(Files.newOutputStream(temporary))) {
                Files.copy(file, out);
            }
            Files.move(temporary, file.resolveSibling(file.getFileName() + ".gz"), StandardCopyOption.ATOMIC_MOVE);
            Files.delete(file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
