package dev.shed.cli.table;

import dev.shed.cli.call.Call;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import dev.shed.cli.ssh.Variables;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The size of a terminal. 0 means unknown, and limits nothing.
public record TerminalSize(int columns, int rows) {
    public static final TerminalSize UNKNOWN = new TerminalSize(0, 0);

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String NUMBER = "[1-9][0-9]{0,4}";

    /// The size of the terminal on stdout; unknown if stdout is not a terminal.
    public static TerminalSize of(Call call) throws InterruptedException {
        if (!call.terminal().out()) {
            return UNKNOWN;
        }
        // Java has no API for the size.
        var stty = SshProcess.ask(new SshCommand(List.of("sh", "-c", "stty size </dev/tty")), PATIENCE);
        return read(stty.out())
                .orElseGet(() -> new TerminalSize(variable(call, Variables.COLUMNS), variable(call, "LINES")));
    }

    private static Optional<TerminalSize> read(String text) {
        var words = text.strip().split(" ", -1);
        return words.length == 2 && words[0].matches(NUMBER) && words[1].matches(NUMBER)
                ? Optional.of(new TerminalSize(Integer.parseInt(words[1]), Integer.parseInt(words[0])))
                : Optional.empty();
    }

    private static int variable(Call call, String name) {
        return call.variable(name)
                .filter(value -> value.matches(NUMBER))
                .map(Integer::valueOf)
                .orElse(0);
    }
}
