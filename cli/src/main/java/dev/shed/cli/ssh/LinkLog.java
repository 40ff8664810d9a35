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

/// The log of ssh for one attach, over all its connections (`ssh -E`, LogLevel DEBUG1). Its messages are
/// English in every locale.
public record LinkLog(Path file) {
    private static final String MARK = "shed: trying again";
    private static final String SERVER = "shed: server ";
    private static final String UP = "Authenticated to ";

    /// The server reports the end of the process, by a status or a signal. A lost connection has neither.
    private static final List<String> ENDS = List.of(" rtype exit-status ", " rtype exit-signal ");

    /// Errors that another attempt would not change.
    private static final List<String> HOPELESS = List.of(
            "Permission denied",
            "REMOTE HOST IDENTIFICATION HAS CHANGED",
            "Host key verification failed",
            "Too many authentication failures",
            "Bad configuration option",
            "no matching ");

    /// The meaning of a failed ssh for an attach.
    public enum Verdict {
        /// The connection was lost, or could not be restored yet.
        LOST,
        /// The connection worked, and the process at its end failed.
        ENDED,
        /// No login has succeeded, or a new one would fail permanently.
        REFUSED
    }

    /// Whether this line of ssh's log reports a successful login.
    public static boolean isUp(String line) {
        return line.startsWith(UP);
    }

    /// Whether this line of ssh's log reports a permanent error.
    public static boolean isHopeless(String line) {
        return HOPELESS.stream().anyMatch(line::contains);
    }

    /// Creates a log in the client's own directory, for a connection to this server.
    public static LinkLog create(Home home, Server server) throws IOException {
        var directory = home.directory().resolve("run");
        AtomicFile.directory(home.directory());
        AtomicFile.directory(directory);
        var file = Files.createTempFile(directory, "attach-", ".log");
        Files.writeString(file, SERVER + server.name() + "\n");
        return new LinkLog(file);
    }

    /// The id of the attach, by which the gateway remembers the session it shows. It is unique, as the log's
    /// name is.
    public String id() {
        return String.valueOf(file.getFileName()).replaceAll("[^0-9]", "");
    }

    /// The name of the attach's server. A reconnection always uses the same one.
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

    /// How many attempts in a row have failed.
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

    /// Begins another attempt. Lines that are no longer needed are dropped.
    public void mark() throws IOException {
        var kept = new ArrayList<>(Files.readAllLines(file, UTF_8).stream()
                .filter(line -> line.startsWith(SERVER) || line.startsWith(UP) || line.equals(MARK))
                .toList());
        kept.add(MARK);
        Files.write(file, kept);
    }

    /// The messages that ssh would have printed.
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
