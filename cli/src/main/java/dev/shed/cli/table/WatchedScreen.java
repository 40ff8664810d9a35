package dev.shed.cli.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.call.Call;
import dev.shed.cli.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Shows a table on a terminal, and draws it again when it changes or the terminal is resized. Each time it
/// overwrites the old table in one write, so that the screen does not flicker.
public final class WatchedScreen {
    private static final String HOME = "\u001b[H";
    private static final String ERASE_REST_OF_LINE = "\u001b[K";
    private static final String ERASE_BELOW = "\u001b[J";

    private final Call call;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by `lock`.
    private Optional<Content> newest = Optional.empty();

    /// The contents of the screen.
    ///
    /// @param notices lines below the table
    public record Content(Table table, List<String> notices) {
        public Content {
            notices = List.copyOf(notices);
        }

        /// The output that draws it on a screen of that size. One line stays free for the cursor.
        String frame(TerminalSize size) {
            var frame = new StringBuilder(HOME);
            for (var line : lines(size)) {
                // After a full line the cursor is still on its last cell, which erasing to the end of the
                // line would clear.
                boolean full = Table.width(line) == size.columns();
                frame.append(line).append(full ? "" : ERASE_REST_OF_LINE).append("\r\n");
            }
            return frame.append(ERASE_BELOW).toString();
        }

        private List<String> lines(TerminalSize size) {
            int limit = size.columns() == 0 ? Integer.MAX_VALUE : size.columns();
            int room = size.rows() == 0 ? Integer.MAX_VALUE : Math.max(1, size.rows() - 1);
            var below = notices.stream()
                    .map(notice -> Table.clip(Printable.of(notice), limit))
                    .toList();
            var lines = new ArrayList<>(cut(table.lines(size.columns()), Math.max(1, room - below.size())));
            lines.addAll(below);
            return lines.subList(0, Math.min(room, lines.size()));
        }

        /// The lines that fit, and how many more there are.
        private static List<String> cut(List<String> lines, int room) {
            if (lines.size() <= room) {
                return lines;
            }
            int shown = Math.max(1, room - 1);
            var cut = new ArrayList<>(lines.subList(0, shown));
            cut.add("… " + (lines.size() - shown) + " more");
            return cut;
        }
    }

    public WatchedScreen(Call call) {
        this.call = call;
        Signals.on("WINCH", this::redraw);
    }

    public void show(Content content) throws InterruptedException {
        lock.lock();
        try {
            newest = Optional.of(content);
            draw(content);
        } finally {
            lock.unlock();
        }
    }

    private void redraw() {
        lock.lock();
        try {
            if (newest.isPresent()) {
                draw(newest.get());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void draw(Content content) throws InterruptedException {
        var frame = content.frame(TerminalSize.of(call)).getBytes(UTF_8);
        call.out().write(frame, 0, frame.length);
        call.out().flush();
    }
}
