package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Builds the command lines of execs. Every process is started by one constant script (`exec.sh`), which does
/// what a login does and then executes the program. All values are positional arguments. The script's `$0` is
/// the mark of the gateway that started it.
final class ExecWrapper {
    private static final String SCRIPT = script();

    /// The index of `$0` in the arguments after the shell: `-c SCRIPT $0 …`.
    private static final int MARK = 2;

    private final String mark;

    ExecWrapper(String gatewayId) {
        this.mark = "shed-exec/" + gatewayId;
    }

    /// The command line that starts the program of `spec`.
    List<String> argv(ExecSpec spec) {
        var size = spec.terminal().map(ExecSpec.Terminal::size);
        var words = new ArrayList<>(List.of("sh", "-c", SCRIPT, mark));
        words.add(size.map(known -> Integer.toString(known.rows())).orElse(""));
        words.add(size.map(known -> Integer.toString(known.columns())).orElse(""));
        words.add(spec.directory().map(ExecSpec.Directory::path).orElse(""));
        words.add(spec.directory().filter(directory -> !directory.required()).isPresent() ? "else-home" : "");
        switch (spec.program()) {
            case Program.Argv argv -> {
                words.add("argv");
                words.addAll(argv.words());
            }
            case Program.FirstOf several -> {
                words.add("first");
                words.addAll(several.paths());
            }
            case Program.ShellCommand command ->
                words.addAll(List.of("line", command.line().toString()));
            case Program.LoginShell _ -> words.add("login");
            case Program.InSession _ ->
                throw new ShedException(Failure.shedNotReady(
                        spec.container().shed().value(),
                        "a command in a session needs a porter, which cannot run in its container",
                        "without a session: ssh " + spec.container().shed() + "@HOST COMMAND"));
        }
        return words;
    }

    /// The variables of `spec`, in the engine's format.
    static List<String> environment(ExecSpec spec) {
        return Stream.concat(
                        spec.environment().entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()),
                        spec.terminal().map(terminal -> "TERM=" + terminal.term()).stream())
                .toList();
    }

    String mark() {
        return mark;
    }

    /// Whether these arguments (without the program) belong to a process that this gateway started without
    /// the script.
    boolean marksBare(List<String> arguments) {
        return arguments.size() > 1
                && arguments.get(0).equals("--mark")
                && arguments.get(1).equals(mark);
    }

    /// Whether these arguments (without the shell) belong to a process that this gateway started with the
    /// script.
    boolean marks(List<String> arguments) {
        return arguments.size() > MARK && arguments.get(MARK).equals(mark);
    }

    private static String script() {
        try (var stream = Objects.requireNonNull(ExecWrapper.class.getResourceAsStream("exec.sh"))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
