package dev.shed.gateway.recording;

import dev.shed.gateway.failure.FailureText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Lists and plays the recordings of a directory.
///
/// @param directory may be missing
public record RecordingReader(Path directory) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9+._-]{1,200}");

    /// How a recording is played.
    ///
    /// @param speed 2 is twice as fast
    /// @param idleLimit the longest pause, in the recording's time
    public record Pace(double speed, Duration idleLimit) {
        /// The default: original speed, with pauses of at most two seconds.
        public static final Pace USUAL = new Pace(1, Duration.ofSeconds(2));
    }

    /// The shed of a recording; empty if `name` is not a name of a recording.
    public static Optional<String> shed(String name) {
        int plus = name.indexOf('+');
        return NAME.matcher(name).matches() && plus > 0 ? Optional.of(name.substring(0, plus)) : Optional.empty();
    }

    /// The recordings by name. Each file is read completely.
    ///
    /// @param ofShed selects the sheds, by name
    /// @param unreadable receives a message for each file that cannot be read
    public List<Recorded> list(Predicate<String> ofShed, Consumer<String> unreadable) throws IOException {
        var all = new ArrayList<Recorded>();
        for (var file : RecordingList.files(directory)) {
            try {
                var recorded = RecordingList.read(file);
                if (ofShed.test(recorded.shed())) {
                    all.add(recorded);
                }
            } catch (IOException e) {
                unreadable.accept(file + ": " + FailureText.printable(String.valueOf(e.getMessage())));
            }
        }
        return List.copyOf(all);
    }

    /// Plays a recording on a terminal.
    ///
    /// @throws NoSuchFileException if there is no recording of that name
    public void play(String name, Pace pace, OutputStream out) throws IOException, InterruptedException {
        try (var lines = Files.newBufferedReader(file(name), StandardCharsets.UTF_8)) {
            new Player(out, pace, Thread::sleep).play(lines);
        }
    }

    /// Copies a recording's file, which is in asciinema's format.
    ///
    /// @throws NoSuchFileException if there is no recording of that name
    public void export(String name, OutputStream out) throws IOException {
        Files.copy(file(name), out);
        out.flush();
    }

    Path file(String name) throws NoSuchFileException {
        var file = name.endsWith(RecordingList.SUFFIX) ? name : name + RecordingList.SUFFIX;
        if (!NAME.matcher(name).matches() || !Files.isRegularFile(directory.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(name);
        }
        return directory.resolve(file);
    }
}
