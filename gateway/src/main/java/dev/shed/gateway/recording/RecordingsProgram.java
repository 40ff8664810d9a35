package dev.shed.gateway.recording;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.ProgramName;
import dev.shed.gateway.text.TextTable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// `shed-gateway recordings`, for users who can read the state directory.
public final class RecordingsProgram {
    private static final String SYNOPSIS = """
            shed-gateway recordings list [--json]
            shed-gateway recordings play NAME [--speed N] [--idle-limit SECONDS]
            shed-gateway recordings export NAME [FILE]""";

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6})?");

    /// Blanks between two columns.
    private static final int GAP = 3;

    private final RecordingReader recordings;
    private final PrintStream out;

    /// @param out receives the output, which for `export` is a recording's bytes
    public RecordingsProgram(Path directory, PrintStream out) {
        this.recordings = new RecordingReader(directory);
        this.out = out;
    }

    /// Runs one command.
    ///
    /// @throws ShedException `USAGE` if the arguments are invalid
    /// @throws IOException if a file cannot be read or written
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
            throw usage("unexpected arguments: " + String.join(" ", words));
        }
        var all = recordings.list(_ -> true, problem -> System.err.println("shed-gateway: " + problem));
        if (json) {
            var fields = all.stream().map(RecordingsProgram::fields).toList();
            out.print(Json.line(Map.of("recordings", fields)));
            return;
        }
        var table = new TextTable(GAP, List.of("NAME", "SHED", "SESSION", "BEGAN", "LENGTH", "SIZE", "WHO"));
        all.forEach(recorded -> table.row(row(recorded)));
        out.print(table);
    }

    private static Map<String, Object> fields(Recorded recorded) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", recorded.name());
        fields.put("shed_name", recorded.shed());
        fields.put("session", recorded.session());
        fields.put("began", recorded.began().toString());
        fields.put("length_ms", recorded.length().toMillis());
        fields.put("bytes", recorded.bytes());
        fields.put("who", recorded.who());
        return fields;
    }

    private static List<String> row(Recorded recorded) {
        var length = recorded.length();
        return List.of(
                recorded.name(),
                recorded.shed(),
                recorded.session(),
                recorded.began().toString(),
                String.format(
                        Locale.ROOT, "%d:%02d:%02d", length.toHours(), length.toMinutesPart(), length.toSecondsPart()),
                Long.toString(recorded.bytes()),
                String.join(", ", recorded.who()));
    }

    private void play(List<String> words) throws IOException, InterruptedException {
        double speed = RecordingReader.Pace.USUAL.speed();
        var idle = RecordingReader.Pace.USUAL.idleLimit();
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
        var name = named(words);
        // Ctrl-C ends the virtual machine, and the terminal must be reset before.
        var reset = new Thread(() -> out.print(Player.RESET), "reset");
        Runtime.getRuntime().addShutdownHook(reset);
        recordings.play(name, new RecordingReader.Pace(speed, idle), out);
        Runtime.getRuntime().removeShutdownHook(reset);
    }

    private void export(List<String> words) throws IOException {
        var name = named(words);
        switch (words.size()) {
            case 1 -> recordings.export(name, out);
            case 2 -> Files.copy(recordings.file(name), Path.of(words.get(1)), StandardCopyOption.COPY_ATTRIBUTES);
            default -> throw usage("unexpected argument: " + words.get(2));
        }
    }

    private String named(List<String> words) {
        if (words.isEmpty()) {
            throw usage("the name of a recording is missing; '" + ProgramName.with("recordings list") + "' lists them");
        }
        try {
            recordings.file(words.getFirst());
            return words.getFirst();
        } catch (NoSuchFileException e) {
            throw new ShedException(
                    Failure.usage(
                            "there is no recording '" + words.getFirst() + "'", ProgramName.with("recordings list")),
                    e);
        }
    }

    private static ShedException usage(String problem) {
        return new ShedException(Failure.usage(problem, SYNOPSIS));
    }
}
