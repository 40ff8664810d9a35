package dev.shed.cli.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Caches what servers answered about their sheds, for completion and to avoid queries before ssh runs.
/// Nothing is changed on the strength of the cache alone.
public final class ShedCache {
    /// How long an answer is valid.
    static final Duration TRUSTED = Duration.ofSeconds(60);

    /// Marks before a shed's name, or alone. No name begins with one.
    private static final String LACKED = "!";

    private static final String LISTED = "*";
    private static final String SILENT = "?";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private final Path file;

    /// Whether a server has a shed.
    public enum Word {
        HAS,
        LACKS,
        /// The server did not answer.
        NOTHING
    }

    /// A line of the cache.
    ///
    /// @param server the server's name
    /// @param text the name of a shed that the server has, or a mark
    /// @param seen the time of the answer
    private record Entry(String server, String text, Instant seen) {
        boolean isFresh(Instant now) {
            return !seen.isAfter(now) && seen.isAfter(now.minus(TRUSTED));
        }

        boolean isShed() {
            return !text.startsWith(LACKED) && !text.equals(LISTED) && !text.equals(SILENT);
        }

        boolean isAbout(String shed) {
            return text.equals(shed) || text.equals(LACKED + shed);
        }

        String line() {
            return server + "\t" + text + "\t" + seen.getEpochSecond() + "\n";
        }
    }

    public ShedCache(Path file) {
        this.file = file;
    }

    /// The answer of a server about a shed within the last minute, if any.
    public Optional<Word> of(String server, String shed, Instant now) {
        var fresh = entries().stream()
                .filter(entry -> entry.server().equals(server) && entry.isFresh(now))
                .map(Entry::text)
                .toList();
        if (fresh.contains(shed)) {
            return Optional.of(Word.HAS);
        }
        if (fresh.contains(LACKED + shed) || fresh.contains(LISTED)) {
            return Optional.of(Word.LACKS);
        }
        return fresh.contains(SILENT) ? Optional.of(Word.NOTHING) : Optional.empty();
    }

    /// The sheds that a server had when it last answered, however long ago.
    public List<String> sheds(String server) {
        return entries().stream()
                .filter(entry -> entry.server().equals(server) && entry.isShed())
                .map(Entry::text)
                .toList();
    }

    /// Whether the named server, or any server if none is named, had the shed when it last answered.
    public boolean knows(Target target) {
        return entries().stream()
                .filter(entry ->
                        target.server().isEmpty() || target.server().get().equals(entry.server()))
                .anyMatch(entry -> entry.isShed() && entry.text().equals(target.shed()));
    }

    /// Whether [#sheds] is complete, as of at most a minute ago.
    public boolean isListed(String server, Instant now) {
        return entries().stream()
                .anyMatch(entry -> entry.server().equals(server) && entry.text().equals(LISTED) && entry.isFresh(now));
    }

    /// Stores a server's list of sheds, which replaces all earlier answers.
    public void learn(String server, Collection<String> sheds, Instant now) {
        var names = sheds.stream().filter(ShedCache::isName).sorted();
        var learnt = Stream.concat(Stream.of(LISTED), names).map(text -> new Entry(server, text, now));
        write(without(entry -> entry.server().equals(server)), learnt, now);
    }

    /// Stores a server's answer about one shed.
    public void learn(String server, String shed, Word word, Instant now) {
        var text = switch (word) {
            case HAS -> shed;
            case LACKS -> LACKED + shed;
            case NOTHING -> SILENT;
        };
        // A server that does not answer may still have its sheds.
        var before = without(entry -> entry.server().equals(server)
                && (entry.text().equals(SILENT) || (word != Word.NOTHING && entry.isAbout(shed))));
        write(before, Stream.of(new Entry(server, text, now)).filter(_ -> isName(shed)), now);
    }

    /// Removes a shed that is being created or deleted.
    public void forget(String shed) {
        write(without(entry -> entry.isAbout(shed) || entry.text().equals(LISTED)), Stream.empty(), Instant.now());
    }

    public void forgetServer(String server) {
        write(without(entry -> entry.server().equals(server)), Stream.empty(), Instant.now());
    }

    private List<Entry> without(Predicate<Entry> gone) {
        return entries().stream().filter(entry -> !gone.test(entry)).toList();
    }

    /// Whether a text is a valid name: it must not contain a line break or a mark.
    private static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /// The entries of the file; none if it cannot be read.
    private List<Entry> entries() {
        try {
            return Files.readAllLines(file, UTF_8).stream()
                    .flatMap(line -> parse(line).stream())
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    /// Writes the cache. Sheds are kept for completion, all other entries while they are valid. An error is
    /// ignored: without a cache the servers are asked.
    private void write(List<Entry> before, Stream<Entry> learnt, Instant now) {
        var all = new ArrayList<>(before);
        learnt.forEach(all::add);
        var text = new StringBuilder();
        all.stream().filter(entry -> entry.isShed() || entry.isFresh(now)).forEach(entry -> text.append(entry.line()));
        try {
            AtomicFile.write(file, text.toString().getBytes(UTF_8));
        } catch (IOException _) {
            // The next call asks the servers.
        }
    }

    private static Optional<Entry> parse(String line) {
        var words = line.split("\t", -1);
        boolean whole = words.length == 3 && words[2].matches("[0-9]{1,12}");
        return whole
                ? Optional.of(new Entry(words[0], words[1], Instant.ofEpochSecond(Long.parseLong(words[2]))))
                : Optional.empty();
    }
}
