package dev.shed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Which shed was last seen on which server, and when. It saves a question, and is never more than a guess: whoever
/// uses it asks the server again once it is older than [#TRUSTED].
public final class ShedCache {
    /// A shed seldom moves; a wrong guess heals after this long by itself.
    static final Duration TRUSTED = Duration.ofSeconds(60);

    private final Path file;

    /// One line.
    ///
    /// @param server the server's name
    /// @param shed the shed's name
    /// @param seen when the server last said that it has it
    public record Entry(String server, String shed, Instant seen) {
        public boolean isFresh(Instant now) {
            return !seen.isAfter(now) && seen.isAfter(now.minus(TRUSTED));
        }

        private String line() {
            return server + "\t" + shed + "\t" + seen.getEpochSecond();
        }
    }

    public ShedCache(Path file) {
        this.file = file;
    }

    /// What is known; a file that cannot be read says nothing.
    public List<Entry> entries() {
        try {
            return Files.readAllLines(file, UTF_8).stream()
                    .flatMap(line -> parse(line).stream())
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    public Optional<Entry> find(String shed) {
        return entries().stream().filter(entry -> entry.shed().equals(shed)).findFirst();
    }

    /// What a server has said, in place of all that was known of it.
    public void learn(String server, Collection<String> sheds, Instant now) throws IOException {
        var all = new ArrayList<>(entries().stream()
                .filter(entry -> !entry.server().equals(server))
                .toList());
        sheds.stream().sorted().forEach(shed -> all.add(new Entry(server, shed, now)));
        write(all);
    }

    /// The shed is not where it was said to be.
    public void forget(String shed) throws IOException {
        write(entries().stream().filter(entry -> !entry.shed().equals(shed)).toList());
    }

    public void forgetServer(String server) throws IOException {
        learn(server, List.of(), Instant.EPOCH);
    }

    private void write(List<Entry> entries) throws IOException {
        var text = new StringBuilder();
        entries.forEach(entry -> text.append(entry.line()).append('\n'));
        AtomicFile.write(file, text.toString().getBytes(UTF_8));
    }

    private static Optional<Entry> parse(String line) {
        var words = line.split("\t", -1);
        boolean whole = words.length == 3 && words[2].matches("[0-9]{1,12}");
        return whole
                ? Optional.of(new Entry(words[0], words[1], Instant.ofEpochSecond(Long.parseLong(words[2]))))
                : Optional.empty();
    }
}
