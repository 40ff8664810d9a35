package dev.shed.gateway.notify;

import dev.shed.gateway.access.key.OwnFile;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Starts the operator's program for each notification, without a shell. This is the one class that starts
/// programs on the host.
final class CommandDelivery implements Delivery {
    private static final String NAME = "notify.command";

    /// What a program keeps of the gateway's own environment.
    private static final List<String> KEPT = List.of("PATH", "HOME", "LANG");

    /// Where it runs.
    private static final Path ROOT = Path.of("/");

    private final List<String> command;
    private final String path;
    private final Duration limit;

    /// @param path the directories in which a program without a slash is looked for, as in `PATH`
    /// @param limit how long the program may run
    CommandDelivery(List<String> command, String path, Duration limit) {
        this.command = command;
        this.path = path;
        this.limit = limit;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void deliver(Notification notification) throws IOException, InterruptedException {
        var program = program();
        OwnFile.require(NAME + ": " + program, program);
        var process = start(program, notification);
        try {
            give(process, notification.text() + "\n");
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("it took more than " + limit.toSeconds() + " s and was killed");
            }
            if (process.exitValue() != 0) {
                throw new IOException("it ended with status " + process.exitValue());
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /// The file that is started. It is looked for here, so that it is the one whose owner is checked.
    private Path program() throws IOException {
        var name = command.getFirst();
        if (name.contains("/")) {
            return ROOT.resolve(name);
        }
        return Arrays.stream(path.split(":", -1))
                .map(directory -> ROOT.resolve(directory).resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(() -> new IOException("there is no program '" + name + "' in $PATH"));
    }

    private Process start(Path program, Notification notification) throws IOException {
        var words = new ArrayList<>(command);
        words.set(0, program.toString());
        var builder = new ProcessBuilder(words)
                .directory(ROOT.toFile())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        builder.environment().keySet().retainAll(KEPT);
        builder.environment()
                .putAll(Map.of(
                        "SHED_NAME", notification.shed().value(),
                        "SHED_SESSION", notification.session(),
                        "SHED_STATUS", notification.word(),
                        "SHED_TITLE", notification.title(),
                        "SHED_TEXT", notification.text()));
        return builder.start();
    }

    /// A text of one line always fits into the pipe. A program need not read it.
    private static void give(Process process, String text) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // It has ended, or has closed its stdin; its status tells whether that is a failure.
        }
    }
}
