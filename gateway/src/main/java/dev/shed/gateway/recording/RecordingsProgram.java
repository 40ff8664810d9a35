package dev.shed.gateway.recording;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// `shed-gateway recordings`, for who can read the state directory.
public final class RecordingsProgram {
    private static final String SYNOPSIS = """
            shed-gateway recordings list [--json]
            shed-gateway recordings play NAME [--speed N] [--idle-limit SECONDS]
            shed-gateway recordings export NAME [FILE]""";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9+._-]{1,200}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6})?");
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final Path directory;
    private final PrintStream out;

    /// @param out takes the answer, a recording's bytes among it
    public RecordingsProgram(Path directory, PrintStream out) {
        this.directory = directory;
        this.out = out;
    }

    /// Runs one command.
    ///
    /// @throws ShedException `USAGE` when the words are none
    /// @throws IOException when a file cannot be read or written
    public void run(List<String> words) throws IOException, InterruptedException {
        switch (words.isEmpty() ? "" : words.getFirst()) {
            case "list" -> list(words.subList(1, words.size()));
            case "play" -> play(words.subList(1, words.size()));
            case "export" -> export(words.subList(1, words.size()));
            default -> throw usage("list, play or export is missing");
        }
    }

    private void list(List<String> words) throws IOException {
        boolean json = words.equals(List.of("--json"));
        if (!json && !words.isEmpty()) {
            throw usage("what is meant by '" + String.join(" ", words) + "'?");
        }
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("NAME", "SHED", "SESSION", "BEGAN", "LENGTH", "SIZE", "WHO"));
        for (var file : RecordingList.files(directory)) {
            try {
                var summary = RecordingList.summary(file);
                if (json) {
                    out.println(new JsonMapper().writeValueAsString(fields(summary)));
                } else {
                    rows.add(row(summary));
                }
            } catch (IOException e) {
                System.err.println(
                        "shed-gateway: " + file + ": " + FailureText.printable(String.valueOf(e.getMessage())));
            }
        }
        if (!json) {
            rows.forEach(row -> out.println(aligned(row, rows)));
        }
    }

    private static Map<String, Object> fields(RecordingList.Summary summary) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", summary.name());
        fields.put("shed", summary.shed());
        fields.put("session", summary.session());
        fields.put("began", summary.began().toString());
        fields.put("length_ms", summary.length().toMillis());
        fields.put("bytes", summary.bytes());
        fields.put("who", summary.who());
        return fields;
    }

    private static List<String> row(RecordingList.Summary summary) {
        var length = summary.length();
        return List.of(
                summary.name(),
                summary.shed(),
                summary.session(),
                summary.began().toString(),
                String.format(
                        Locale.ROOT, "%d:%02d:%02d", length.toHours(), length.toMinutesPart(), length.toSecondsPart()),
                Long.toString(summary.bytes()),
                FailureText.printable(String.join(", ", summary.who())));
    }

    private static String aligned(List<String> row, List<List<String>> rows) {
        var line = new StringBuilder();
        for (int i = 0; i < row.size() - 1; i++) {
            int column = i;
            int width = rows.stream()
                    .mapToInt(cells -> cells.get(column).length())
                    .max()
                    .orElse(0);
            line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 3));
        }
        return line.append(row.getLast()).toString();
    }

    private void play(List<String> words) throws IOException, InterruptedException {
        double speed = 1;
        var idle = IDLE;
        for (int i = 1; i < words.size(); i += 2) {
            var number = i + 1 < words.size() ? words.get(i + 1) : "";
            if (!NUMBER.matcher(number).matches() || Double.parseDouble(number) == 0) {
                throw usage(words.get(i) + " takes a number greater than 0");
            }
            switch (words.get(i)) {
                case "--speed" -> speed = Double.parseDouble(number);
                case "--idle-limit" -> idle = Duration.ofMillis((long) (Double.parseDouble(number) * 1000));
                default -> throw usage("unknown option '" + words.get(i) + "'");
            }
        }
        // Ctrl-C ends the virtual machine, and the terminal is to be left as it was.
        var reset = new Thread(() -> out.print(Player.RESET), "reset");
        try (var lines = Files.newBufferedReader(named(words), StandardCharsets.UTF_8)) {
            Runtime.getRuntime().addShutdownHook(reset);
            new Player(out, speed, idle, Thread::sleep).play(lines);
            Runtime.getRuntime().removeShutdownHook(reset);
        }
    }

    /// The file as it is: that is the format already.
    private void export(List<String> words) throws IOException {
        var from = named(words);
        switch (words.size()) {
            case 1 -> Files.copy(from, out);
            case 2 -> Files.copy(from, Path.of(words.get(1)), StandardCopyOption.COPY_ATTRIBUTES);
            default -> throw usage("what is meant by '" + words.get(2) + "'?");
        }
        out.flush();
    }

    private Path named(List<String> words) throws IOException {
        if (words.isEmpty() || !NAME.matcher(words.getFirst()).matches()) {
            throw usage("the name of a recording is missing: 'shed-gateway recordings list' has them");
        }
        var name = words.getFirst();
        var file = directory.resolve(name.endsWith(RecordingList.SUFFIX) ? name : name + RecordingList.SUFFIX);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ShedException(
                    new Failure.Usage("there is no recording '" + name + "'", "shed-gateway recordings list"));
        }
        return file;
    }

    private static ShedException usage(String problem) {
        return new ShedException(new Failure.Usage(problem, SYNOPSIS));
    }
}
