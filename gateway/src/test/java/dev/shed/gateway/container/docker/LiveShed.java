package dev.shed.gateway.container.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.ExecSpec.Terminal;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A running shed with a name of its own, removed with its volume when closed.
///
/// @param access what made it, and what its processes are started with
public record LiveShed(ContainerAccess access, Container container) implements AutoCloseable {
    /// What a process that ran to its end left.
    public record Result(ExitStatus status, String out, String err) {}

    public static LiveShed start(ContainerAccess access) {
        var engine = access.engine();
        var made = engine.create(new ContainerSpec(freshName(), Engines.IMAGE, Map.of()));
        engine.start(made);
        return new LiveShed(access, engine.find(made.shed()).orElseThrow());
    }

    public static ShedName freshName() {
        return ShedName.parse("t" + UUID.randomUUID().toString().substring(0, 8));
    }

    @Override
    public void close() {
        access.engine().remove(container, true);
    }

    public Result sh(String line) throws IOException, InterruptedException {
        return run(spec(new Program.ShellCommand(line)));
    }

    public Result run(ExecSpec spec) throws IOException, InterruptedException {
        try (var process = access.runtime().start(spec)) {
            process.stdin().close();
            return drain(process);
        }
    }

    public static Result drain(ContainerProcess process) throws IOException, InterruptedException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        process.copyOutput(out, err);
        return new Result(process.waitFor(), out.toString(UTF_8), err.toString(UTF_8));
    }

    public ExecSpec spec(Program program) {
        return new ExecSpec(container, program, Map.of(), Optional.empty(), Optional.empty());
    }

    public ExecSpec argv(String... words) {
        return spec(new Program.Argv(List.of(words)));
    }

    public ExecSpec terminal(String term, String line) {
        return terminal(term, new Program.ShellCommand(line));
    }

    public ExecSpec terminal(String term, Program program) {
        var terminal = new Terminal(term, new WindowSize(45, 123));
        return new ExecSpec(container, program, Map.of(), Optional.empty(), Optional.of(terminal));
    }

    /// How many processes of the container have `mark` in their command line; the asking one has not.
    public long processes(String mark) throws IOException, InterruptedException {
        return run(argv("ps", "-eo", "args"))
                .out()
                .lines()
                .filter(line -> line.contains(mark))
                .count();
    }
}
