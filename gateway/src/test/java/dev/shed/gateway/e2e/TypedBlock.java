package dev.shed.gateway.e2e;

import dev.shed.gateway.Await;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Types what a document shows at prompts into a terminal, and waits for what it shows as answers.
final class TypedBlock {
    /// The prompt of this machine or of a shed, and what is typed there.
    private static final Pattern TYPED = Pattern.compile("(\\$|[a-z]+@[a-z0-9-]+:\\S*\\$) (.*)");

    private static final String DETACH = "(Ctrl-B d)";
    private static final int COLUMNS = 130;
    private static final int ROWS = 40;

    private final Terminal terminal;
    private String typed = "";

    private TypedBlock(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Types the block, and fails if something that it shows does not come.
    static void run(Seat seat, List<String> lines) throws Exception {
        try (var terminal = Terminal.open(seat, COLUMNS, ROWS, "PS1='$ ' bash --norc --noprofile")) {
            var block = new TypedBlock(terminal);
            for (var line : lines) {
                block.take(line);
            }
        }
    }

    private void take(String line) throws Exception {
        var command = TYPED.matcher(line);
        if (command.matches()) {
            // The row is longer once something is typed there.
            await("the prompt " + command.group(1), rows -> rows.contains(command.group(1)));
            typed = line;
            terminal.enter(command.group(2));
        } else if (line.strip().equals(DETACH)) {
            terminal.detach();
        } else if (!line.equals("…")) {
            await(
                    line,
                    rows -> answers(rows).stream().anyMatch(row -> Shape.matches(List.of(line), row, new HashMap<>())));
        }
    }

    /// The rows below the last command; all of them in a session, which has the whole screen.
    private List<String> answers(List<String> rows) {
        int at = rows.lastIndexOf(typed);
        return at < 0 ? rows : rows.subList(at + 1, rows.size());
    }

    private void await(String what, Predicate<List<String>> wanted) throws Exception {
        Await.get(
                what,
                Await.PATIENCE,
                () -> terminal.lines().stream().map(String::stripTrailing).toList(),
                wanted);
    }
}
