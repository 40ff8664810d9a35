package dev.shed.gateway.recording;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Lists the recordings of a directory and reads their descriptions.
final class RecordingList {
    static final String SUFFIX = ".cast";

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ATTACHED = "attached: ";
    private static final int NANOS_PER_MICRO = 1000;

    private RecordingList() {}

    /// The paths of the recordings in a directory, by name; none if the directory does not exist.
    static List<Path> files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(path -> path.getFileName().toString().endsWith(SUFFIX))
                    .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /// Reads the description from a file, which takes reading all of it.
    static Recorded read(Path file) throws IOException {
        try (var lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            var header = header(lines);
            var address = header.path("title").asText().split("\\+", 2);
            var events = new Events();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                events.take(line);
            }
            var name = file.getFileName().toString();
            return new Recorded(
                    name.substring(0, name.length() - SUFFIX.length()),
                    address[0],
                    address.length == 2 ? address[1] : "",
                    Instant.ofEpochSecond(header.path("timestamp").asLong()),
                    events.length(),
                    Files.size(file),
                    List.copyOf(events.who));
        }
    }

    static JsonNode header(BufferedReader lines) throws IOException {
        var line = lines.readLine();
        var header = line == null ? JSON.nullNode() : JSON.readTree(line);
        if (header.path("version").asInt() != 2) {
            throw new IOException("not a recording in the format asciicast v2");
        }
        return header;
    }

    /// Parses an event: time, kind and data. A line that a crash has cut is skipped.
    static JsonNode event(String line) throws IOException {
        return JSON.readTree(line);
    }

    private static final class Events {
        private final Set<String> who = new TreeSet<>();
        private String last = "";

        /// Only markers are parsed.
        void take(String line) throws IOException {
            if (!line.endsWith("]")) {
                return;
            }
            last = line;
            if (line.contains(", \"m\", \"" + ATTACHED)) {
                var text = event(line).path(2).asText().substring(ATTACHED.length());
                who.add(text.replaceFirst(" from \\S+$", ""));
            }
        }

        Duration length() throws IOException {
            long micros = last.isEmpty()
                    ? 0
                    : event(last).path(0).decimalValue().movePointRight(6).longValue();
            return Duration.ofNanos(micros * NANOS_PER_MICRO);
        }
    }
}
