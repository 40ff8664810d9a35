package dev.shed.gateway.picker;

import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.text.RelativeTime;
import dev.shed.gateway.text.TextTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Draws a [View] as lines of text. It has no state and does no I/O. No line is wider than the screen, and
/// there are as many lines as the screen has rows.
final class Renderer {
    private static final String STATUS = "STATUS";
    private static final List<String> HEADER = List.of("SHED", "SESSION", STATUS, "ACTIVE", "CREATED", "WINDOWS");
    private static final int GAP = 2;
    private static final String[] DROPPABLE = {"WINDOWS", "CREATED", "ACTIVE", STATUS};

    /// With fewer rows the column titles are left out.
    private static final int ROWS_WITH_HEADER = 6;

    /// From this many rows on, the lower half shows the chosen session's screen.
    private static final int ROWS_WITH_PREVIEW = 16;

    private static final List<String> HELP = List.of(
            "Enter     attach; a stopped shed is started",
            "Up, Down  choose; also j, k, PgUp, PgDn, g, G",
            "n, c      new session in the chosen shed; new shed",
            "s         start the chosen shed, or stop it, after asking",
            "m         rename the chosen session",
            "x         end the chosen session, after asking",
            "/         filter as you type; Esc shows all",
            "r         refresh the list",
            "q         quit; also Ctrl-C, Ctrl-D",
            "Detaching (Ctrl-B d) returns to this list.");

    /// The drawn lines, without control characters.
    ///
    /// @param chosen the index of the chosen line; -1 for none
    /// @param urgent the indexes of the lines of urgent items
    record Screen(List<String> lines, int chosen, Set<Integer> urgent) {}

    private Renderer() {}

    static boolean hasPreview(WindowSize size) {
        return size.rows() >= ROWS_WITH_PREVIEW;
    }

    static Screen paint(View view, Preview preview, WindowSize size, Instant now) {
        int columns = Math.max(1, size.columns());
        int rows = Math.max(1, size.rows());
        var lines = new ArrayList<String>();
        var urgent = new HashSet<Integer>();
        int chosen = -1;
        if (rows > 2) {
            lines.add(title(view));
        }
        int room = Math.max(0, rows - lines.size() - 1);
        if (view.mode() == View.Mode.HELP) {
            HELP.stream().limit(room).forEach(lines::add);
        } else {
            int above = hasPreview(size) ? room / 2 : room;
            chosen = list(view, columns, above, now, lines, urgent);
            fill(lines, rows - 1 - room + above);
            preview(view, preview, columns, room - above, lines);
        }
        fill(lines, rows - 1);
        lines.add(foot(view));
        return new Screen(
                lines.stream().map(line -> TextTable.clip(line, columns)).toList(), chosen, urgent);
    }

    private static void fill(List<String> lines, int count) {
        while (lines.size() < count) {
            lines.add("");
        }
    }

    /// Adds the last lines of the chosen session's screen, below a rule with its name. Of blank lines in a row there
    /// is one: below the output of a program that has ended, tmux leaves many.
    private static void preview(View view, Preview preview, int columns, int room, List<String> lines) {
        var item = view.chosen().filter(preview::isOf);
        if (item.isEmpty() || room < 2) {
            return;
        }
        var rule = "── " + item.get().address() + " ";
        lines.add(rule + "─".repeat(Math.max(0, columns - TextTable.width(rule))));
        var shown = dense(preview.lines());
        shown.subList(Math.max(0, shown.size() - (room - 1)), shown.size()).forEach(line -> lines.add(safe(line)));
    }

    private static List<String> dense(List<String> screen) {
        var lines = new ArrayList<String>();
        for (var line : screen) {
            if (!line.isBlank() || (!lines.isEmpty() && !lines.getLast().isBlank())) {
                lines.add(line);
            }
        }
        if (!lines.isEmpty() && lines.getLast().isBlank()) {
            lines.removeLast();
        }
        return lines;
    }

    private static String title(View view) {
        long sheds = view.items().stream().map(Item::shed).distinct().count();
        long sessions =
                view.items().stream().filter(item -> item.session().isPresent()).count();
        var counts = view.loaded() ? count(sheds, "shed") + ", " + count(sessions, "session") : "looking …";
        return "shed: " + counts + (view.filter().isEmpty() ? "" : "; only '" + safe(view.filter()) + "'");
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String foot(View view) {
        if (!view.message().isEmpty()) {
            return safe(view.message());
        }
        return switch (view.mode()) {
            case LIST -> "Enter attach  n new  / filter  x kill  ? help  q quit";
            case FILTER -> "/" + safe(view.filter()) + "_";
            case NEW ->
                "new session in "
                        + view.chosen().map(item -> item.shed().value()).orElse("") + ": " + safe(view.typed()) + "_";
            case RENAME -> "rename " + view.chosen().map(Item::address).orElse("") + " to: " + safe(view.typed()) + "_";
            case CREATE -> "new shed: " + safe(view.typed()) + "_";
            case STOP ->
                "stop " + view.chosen().map(item -> item.shed().value()).orElse("") + " and end "
                        + (view.sessionsKnown() ? count(view.sessions(), "session") : "its sessions") + "? [y/N]";
            case KILL -> "kill " + view.chosen().map(Item::address).orElse("") + "? [y/N]";
            case HELP -> "any key returns to the list";
        };
    }

    private static String safe(String text) {
        return FailureText.printable(text);
    }

    /// Adds the list and returns the index of the chosen line.
    private static int list(View view, int columns, int room, Instant now, List<String> lines, Set<Integer> urgent) {
        var items = view.visible();
        if (items.isEmpty() || room == 0) {
            if (view.loaded() && room > 0) {
                lines.add(view.filter().isEmpty() ? "  no sheds yet: c creates one" : "  nothing matches");
            }
            return -1;
        }
        boolean header = room >= ROWS_WITH_HEADER;
        int height = Math.max(1, header ? room - 1 : room);
        int first = Math.clamp(view.cursor() - height / 2, 0, Math.max(0, items.size() - height));
        var shown = table(items, Math.max(1, columns - GAP), now);
        if (header) {
            lines.add("  " + shown.getFirst());
        }
        int before = lines.size();
        for (int i = first; i < Math.min(items.size(), first + height); i++) {
            if (items.get(i).urgent()) {
                urgent.add(lines.size());
            }
            lines.add((i == view.cursor() ? "> " : "  ") + shown.get(i + 1).stripTrailing());
        }
        return before + view.cursor() - first;
    }

    /// The lines of the table. Where the column STATUS does not fit, that of a shed stands in place of a
    /// session: a shed that does not answer must not look like one without sessions.
    private static List<String> table(List<Item> items, int columns, Instant now) {
        var whole = table(items, columns, now, _ -> "-");
        return whole.getFirst().contains(STATUS)
                ? whole
                : table(items, columns, now, item -> "(" + item.status() + ")");
    }

    private static List<String> table(List<Item> items, int columns, Instant now, Function<Item, String> noSession) {
        var table = new TextTable(GAP, HEADER).dropping(DROPPABLE);
        items.forEach(item -> table.row(cells(item, now, noSession)));
        return table.lines(columns);
    }

    private static List<String> cells(Item item, Instant now, Function<Item, String> noSession) {
        return List.of(
                item.shed().value(),
                item.session().orElseGet(() -> noSession.apply(item)),
                item.status(),
                item.active().map(active -> RelativeTime.of(active, now)).orElse(""),
                RelativeTime.of(item.created(), now),
                item.windows() == 0 ? "" : Integer.toString(item.windows()));
    }
}
