package dev.shed.gateway.container;

import dev.shed.gateway.container.ExecSpec.Program;
import java.util.Optional;

/// The programs that every fake container has.
public final class FakePrograms {
    private FakePrograms() {}

    static ContainerProcess run(ExecSpec spec, FakeTmux tmux) {
        if (spec.program() instanceof Program.Argv argv
                && argv.words().getFirst().equals("tmux")) {
            return tmux.start(argv.words());
        }
        if (spec.program() instanceof Program.Argv argv && argv.words().contains("shed-sessions")) {
            return tmux.list();
        }
        if (spec.program() instanceof Program.Argv argv && argv.words().contains("shed-ended")) {
            return FakeProcess.printing("", "", 0);
        }
        if (spec.program() instanceof Program.Argv argv && argv.words().contains("shed-stty")) {
            return FakeProcess.printing("speed 38400 baud; rows 3;\nicanon echo\n", "", 0);
        }
        return FakeProcess.printing("", "sh: not found: " + spec.program() + "\n", 127);
    }

    /// Shells and commands that say what they are.
    public static Optional<ContainerProcess> announced(ExecSpec spec) {
        return switch (spec.program()) {
            case Program.Argv _, Program.FirstOf _ -> Optional.empty();
            case Program.ShellCommand(var line) -> Optional.of(FakeProcess.printing("ran " + line, "", 0));
            case Program.LoginShell _ ->
                Optional.of(FakeProcess.printing(
                        "shell, terminal " + spec.terminal().isPresent(), "", 0));
            case Program.InSession(var session, var line) ->
                Optional.of(FakeProcess.printing("ran " + line + " in " + session, "", 3));
        };
    }
}
