package dev.shed.cli.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.file.AtomicFile;
import dev.shed.cli.file.Home;
import dev.shed.cli.server.Server;
import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What ssh wrote about one attach, over all its links (`ssh -E`, LogLevel DEBUG1). Its messages are English in
/// every locale.
public record LinkLog(Path file) {
    private static final String MARK = "shed: trying again";
    private static final String SERVER = "shed: server ";
    private static final String UP = "Authenticated to ";

    /// The end that a server tells of, a status or a signal. A link that goes away has none.
    private static final List<String> ENDS = List.of(" rtype exit-status ", " rtype exit-signal ");

    /// What trying again would not change.
    private static final List<String> HOPELESS = List.of(
            "Permission denied",
            "REMOTE HOST IDENTIFICATION HAS CHANGED",
            "Host key verification failed",
            "Too many authentication failures",
            "Bad configuration option",
            "no matching ");

    /// What an ssh that failed means for somebody who was attached.
    public enum Verdict {
        /// The link went away, or is not back yet.
        LOST,
        /// The link did what it was told; something at its end did not.
        ENDED,
        /// There never was a link, or there can be none.
        REFUSED
    }

    /// Whether this line of ssh's says that there is a link.
    public static boolean isUp(String line) {
        return line.startsWith(UP);
    }

    /// Whether this line of ssh's says that trying again would not help.
    public static boolean isHopeless(String line) {
        return HOPELESS.stream().anyMatch(line::contains);
    }

    /// A new log in the client's own directory, for a link to this server.
    public static LinkLog create(Home home, Server server) throws IOException {
        var directory = home.directory().resolve("run");
        AtomicFile.directory(home.directory());
        AtomicFile.directory(directory);
        var file = Files.createTempFile(directory, "attach-", ".log");
        Files.writeString(file, SERVER + server.name() + "\n");
        return new LinkLog(file);
    }

    /// What the attach is called to the gateway, which keeps in mind what it shows: nobody else has a log of this name.
    public String id() {
        return String.valueOf(file.getFileName()).replaceAll("[^0-9]", "");
    }

    /// The name of the server that the link was to: coming back is always to the same.
    public String server() throws IOException {
        var first = Files.readAllLines(file, UTF_8).getFirst();
        return first.startsWith(SERVER) ? first.substring(SERVER.length()) : "";
    }

    public Verdict verdict() throws IOException {
        var all = Files.readAllLines(file, UTF_8);
        var last = last(all);
        if (holds(last, HOPELESS) || !holds(all, List.of(UP))) {
            return Verdict.REFUSED;
        }
        return holds(last, ENDS) ? Verdict.ENDED : Verdict.LOST;
    }

    /// How often in a row there was no link.
    public int failures() throws IOException {
        int failures = 0;
        for (var line : Files.readAllLines(file, UTF_8)) {
            if (line.startsWith(UP)) {
                failures = 0;
            } else if (line.equals(MARK)) {
                failures++;
            }
        }
        return failures;
    }

    /// Begins another attempt. What is not needed of the log is dropped.
    public void mark() throws IOException {
        var kept = new ArrayList<>(Files.readAllLines(file, UTF_8).stream()
                .filter(line -> line.startsWith(SERVER) || line.startsWith(UP) || line.equals(MARK))
                .toList());
        kept.add(MARK);
        Files.write(file, kept);
    }

    /// What ssh would have said to a person.
    public String said() throws IOException {
        return last(Files.readAllLines(file, UTF_8)).stream()
                .filter(line -> !line.startsWith("debug1: ")
                        && !line.startsWith("OpenSSH_")
                        && !line.startsWith(SERVER)
                        && !line.startsWith(UP)
                        && !line.startsWith("Transferred: ")
                        && !line.startsWith("Bytes per second: "))
                .map(line -> Printable.of(line.replace("\r", "")) + "\n")
                .collect(Collectors.joining());
    }

    private static List<String> last(List<String> lines) {
        return lines.subList(lines.lastIndexOf(MARK) + 1, lines.size());
    }

    private static boolean holds(List<String> lines, List<String> texts) {
        return lines.stream().anyMatch(line -> texts.stream().anyMatch(line::contains));
    }
}
