package dev.shed.gateway.container;

import dev.shed.gateway.container.ExecSpec.Program;

/// The programs that every fake container has.
final class FakePrograms {
    private FakePrograms() {}

    static ContainerProcess run(ExecSpec spec, FakeTmux tmux) {
        if (spec.program() instanceof Program.Argv argv
                && argv.words().getFirst().equals("tmux")) {
            return tmux.start(argv.words());
        }
        if (spec.program() instanceof Program.Argv argv && argv.words().contains("shed-sessions")) {
            return tmux.list();
        }
        if (spec.program() instanceof Program.Argv argv
                && argv.words().getFirst().equals("stty")) {
            return FakeProcess.printing("speed 38400 baud; rows 3;\nicanon echo\n", "", 0);
        }
        return FakeProcess.printing("", "sh: not found: " + spec.program() + "\n", 127);
    }
}
