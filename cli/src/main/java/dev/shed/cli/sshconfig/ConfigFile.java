package dev.shed.cli.sshconfig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.AtomicFile;
import dev.shed.cli.file.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/// Reads and changes `~/.ssh/config`.
public final class ConfigFile {
    private final Path file;

    public ConfigFile(Home home) {
        this.file = home.sshConfig();
    }

    public Path path() {
        return file;
    }

    /// Computes the new text from the old one; empty means no file.
    @FunctionalInterface
    public interface Edit {
        Optional<String> of(ConfigText text, boolean exists) throws IOException, InterruptedException;
    }

    /// The text before an edit and after it; empty means no file.
    public record Change(Optional<String> before, Optional<String> after) {
        public boolean isNothing() {
            return before.equals(after);
        }
    }

    public ConfigText read() throws IOException {
        return ConfigText.parse(file, content().orElse(""));
    }

    /// The change that an edit would make.
    public Change plan(Edit edit) throws IOException, InterruptedException {
        var before = content();
        return new Change(before, edit.of(ConfigText.parse(file, before.orElse("")), before.isPresent()));
    }

    /// Makes a planned change; fails if the file has changed since.
    public void make(Change change) throws IOException {
        if (change.isNothing()) {
            return;
        }
        var real = AtomicFile.target(file);
        requireWritable(real);
        if (!content().equals(change.before())) {
            throw new CliFailure(
                    CliFailure.Code.CONFIG,
                    file + " was changed by another program meanwhile; shed did not change it",
                    "run the command again");
        }
        try {
            put(real, change.after());
        } catch (IOException e) {
            throw unwritable(real, String.valueOf(e));
        }
    }

    private static void put(Path real, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            AtomicFile.write(real, text.get().getBytes(ISO_8859_1));
        } else {
            Files.deleteIfExists(real);
        }
    }

    private Optional<String> content() throws IOException {
        return Files.exists(file) ? Optional.of(Files.readString(file, ISO_8859_1)) : Optional.empty();
    }

    /// Fails if the user may not write the file. Replacing it does not need that permission, but a read-only
    /// file must not be changed. For root, which may write all files, the owner's write permission is
    /// checked.
    private static void requireWritable(Path real) throws IOException {
        if (Files.exists(real) && !(Files.isWritable(real) && isOwnersToWrite(real))) {
            throw unwritable(real, "it is read-only");
        }
    }

    private static boolean isOwnersToWrite(Path real) throws IOException {
        var view = Files.getFileAttributeView(real, PosixFileAttributeView.class);
        return view == null || view.readAttributes().permissions().contains(PosixFilePermission.OWNER_WRITE);
    }

    private static CliFailure unwritable(Path real, String why) {
        return new CliFailure(
                CliFailure.Code.CONFIG,
                "cannot write " + real + ": " + why + "; nothing was changed",
                "chmod u+w " + real + ", if it is yours to change",
                "shed ssh-config > FILE, and 'Include FILE' as the first line of what makes " + real);
    }
}
