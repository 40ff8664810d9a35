package dev.shed.gateway.e2e;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.access.KeyLine;
import dev.shed.gateway.config.ConfigFile;
import dev.shed.gateway.e2e.Run.Result;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/// Runs the blocks of a document in order, as a reader would, and says what is not as the document has it.
final class DocumentRunner {
    private static final String PROMPT = "$ ";
    private static final String KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIGN97l1pg/0Tqt4T42XDN5VnXN4QW2Ygh2uNwJYYzMoj";
    private static final int MIN_RSA_BITS = 3072;
    private static final JsonMapper JSON = new JsonMapper();

    private final Seat seat;
    private final Names names;
    private final Map<String, String> ids = new HashMap<>();

    /// What a document's names are called at the reader's.
    ///
    /// @param typed replaces those in commands and files
    /// @param shown replaces those in answers
    /// @param auditLog of the reader's gateway
    record Names(UnaryOperator<String> typed, UnaryOperator<String> shown, Path auditLog) {}

    DocumentRunner(Seat seat, Names names) {
        this.seat = seat;
        this.names = names;
    }

    /// What is wrong with a block; empty if it is true, or not run.
    Optional<String> complaint(DocumentBlock block) throws Exception {
        var objection = block.objection();
        if (objection.isPresent() || block.notRun().isPresent()) {
            return objection;
        }
        for (var line : block.before()) {
            var result = shell("set -eu -o pipefail; " + typed(line));
            if (result.status() != 0) {
                return Optional.of("before it: " + line + ": " + result.said());
            }
        }
        try {
            return run(block);
        } catch (AssertionError e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            for (var line : block.after()) {
                shell(typed(line)).orFail();
            }
        }
    }

    private Optional<String> run(DocumentBlock block) throws Exception {
        var text = typed(String.join("\n", block.lines()) + "\n");
        return switch (block.language()) {
            case "sh" -> block.shed().isPresent() ? inShed(block.shed().get(), text) : script(text);
            case "console" -> block.isTyped() ? atTerminal(block.lines()) : console(block.lines());
            case "yaml" -> text.startsWith("default:") ? client(text) : configuration(text);
            case "ssh-config" -> sshConfig(text);
            case "authorized_keys" -> keys(text);
            case "json" -> event(text);
            default -> throw new IllegalStateException(block.language());
        };
    }

    private String typed(String text) {
        return names.typed().apply(Shape.withReal(text, ids));
    }

    /// Without a terminal from which somebody could be asked.
    private Result shell(String script) throws IOException {
        return Run.run(seat.program("setsid", "--wait", "bash", "-c", script), new byte[0]);
    }

    private Optional<String> script(String text) throws IOException {
        return failure(shell("set -eu -o pipefail\n" + text));
    }

    private static Optional<String> failure(Result result) {
        return result.status() == 0
                ? Optional.empty()
                : Optional.of("status " + result.status() + ": " + result.said());
    }

    /// Types a script at the prompt of a session. Nothing tells its status, so its last line leaves a file.
    private Optional<String> inShed(String shed, String text) throws IOException {
        var script = "set -e\n" + text + "touch ~/.done\nexit\n";
        Run.run(seat.program("ssh", "-tt", typed(shed) + "+document@gw"), Place.utf8(script));
        return failure(shell("ssh " + typed(shed) + "@gw 'rm ~/.done'"));
    }

    private Optional<String> atTerminal(List<String> lines) throws Exception {
        var there = lines.stream()
                .map(line ->
                        line.startsWith(PROMPT) ? typed(line) : names.shown().apply(line));
        TypedBlock.run(seat, there.toList());
        return Optional.empty();
    }

    private Optional<String> console(List<String> lines) throws IOException {
        var wrong = new ArrayList<String>();
        for (int at = 0; at < lines.size(); ) {
            int end = at + 1;
            while (end < lines.size() && !lines.get(end).startsWith(PROMPT)) {
                end++;
            }
            command(lines.get(at), lines.subList(at + 1, end)).ifPresent(wrong::add);
            at = end;
        }
        return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", wrong));
    }

    /// Runs a command. Its answer is compared if one is shown; otherwise it must succeed.
    private Optional<String> command(String line, List<String> answer) throws IOException {
        if (!line.startsWith(PROMPT)) {
            return Optional.of("this is before the first prompt: " + line);
        }
        var result = shell("exec 2>&1\n" + typed(line.substring(PROMPT.length())));
        if (answer.isEmpty()) {
            return failure(result).map(problem -> line + ": " + problem);
        }
        var shown = answer.stream().map(names.shown()).toList();
        return Shape.matches(shown, result.out(), ids)
                ? Optional.empty()
                : Optional.of(line + " answers\n" + result.out() + "and not\n" + String.join("\n", shown));
    }

    private static Optional<String> configuration(Path file) {
        try {
            ConfigFile.load(Optional.of(file));
            return Optional.empty();
        } catch (ShedException e) {
            return Optional.of(e.failure().message());
        }
    }

    private Optional<String> configuration(String text) throws IOException {
        return configuration(Files.writeString(seat.path("document.yaml"), text));
    }

    private Optional<String> client(String text) throws IOException {
        var directory = Files.createDirectories(seat.path("document.shed"));
        Files.writeString(directory.resolve("config.yaml"), text);
        return failure(shell("SHED_HOME='" + directory + "' shed config"));
    }

    private Optional<String> sshConfig(String text) throws IOException {
        var file = Files.writeString(seat.path("document.ssh_config"), text);
        var host = text.lines().findFirst().orElseThrow().replaceFirst("^Host ", "");
        return failure(Run.run(List.of("/usr/bin/ssh", "-F", file.toString(), "-G", host)));
    }

    private static Optional<String> keys(String text) {
        return KeyLine.all(text.replace("AAAA…", KEY), ZoneOffset.UTC, MIN_RSA_BITS).stream()
                .filter(KeyLine.Refused.class::isInstance)
                .map(Object::toString)
                .findFirst();
    }

    /// An event of the audit log has the fields of the newest one of its kind.
    private Optional<String> event(String text) throws IOException {
        var shown = JSON.readTree(text);
        var kind = shown.path("event").asText();
        for (var line : Files.readAllLines(names.auditLog()).reversed()) {
            var real = JSON.readTree(line);
            if (real.path("event").asText().equals(kind)) {
                return fields(real.fieldNames()).equals(fields(shown.fieldNames()))
                        ? Optional.empty()
                        : Optional.of("the log has " + line);
            }
        }
        return Optional.of("there is no event '" + kind + "'");
    }

    private static Set<String> fields(Iterator<String> names) {
        var all = new TreeSet<String>();
        names.forEachRemaining(all::add);
        return all;
    }
}
