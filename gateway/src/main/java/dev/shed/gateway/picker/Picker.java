package dev.shed.gateway.picker;

import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.FailureLog;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lets the user choose a session, attaches to it, and shows the list again afterwards. One thread reads keys
/// and draws; another one reads the inventory, so that a shed that hangs does not delay a key.
public final class Picker {
    private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[0m\u001b[2J";
    private static final String LEAVE = "\u001b[0m\u001b[?25h\u001b[?1049l";

    /// How often the size of the terminal and the list are checked; also how long ESC waits for the rest of a
    /// sequence.
    private static final Duration TICK = Duration.ofMillis(100);

    private final Console console;
    private final Inventory inventory;
    private final Clock clock;
    private final KeyDecoder keyDecoder = new KeyDecoder();
    private View view = View.empty();
    private Renderer.@Nullable Screen drawn;
    private @Nullable WindowSize drawnAt;

    public Picker(Console console, LiveInventory inventory, Clock clock) {
        this(console, (Inventory) inventory, clock);
    }

    Picker(Console console, Inventory inventory, Clock clock) {
        this.console = console;
        this.inventory = inventory;
        this.clock = clock;
    }

    /// Returns when the user quits.
    public void run() throws IOException, InterruptedException {
        KeyOutcome.Away away;
        do {
            console.write(ENTER);
            try {
                away = choose();
            } finally {
                console.write(LEAVE);
            }
            carryOut(away);
        } while (!(away instanceof KeyOutcome.Away.Leave));
    }

    private void carryOut(KeyOutcome.Away away) throws IOException, InterruptedException {
        try {
            switch (away) {
                case KeyOutcome.Away.Leave _ -> {}
                case KeyOutcome.Away.Attach(var item, var session) -> {
                    console.attach(item.shed().value(), session);
                    view = view.wanting(Item.address(item.shed(), session));
                }
                case KeyOutcome.Away.Call(var verb, var shed) -> {
                    console.call(verb.word(), shed);
                    view = view.saying(verb.done() + " " + shed).wanting(shed);
                }
            }
        } catch (ShedException e) {
            FailureLog.told(e);
            view = view.saying(e.failure().message());
        }
    }

    /// Shows the list until the user chooses an action that leaves it.
    private KeyOutcome.Away choose() throws IOException, InterruptedException {
        drawn = null;
        try (var inventoryPoller = new InventoryPoller(inventory)) {
            Optional<KeyOutcome.Away> away;
            do {
                away = next(inventoryPoller);
            } while (away.isEmpty());
            return away.get();
        }
    }

    /// Reads one byte of input and handles the key it completes. Bytes after that key stay unread for the
    /// session. Draws if no byte is waiting.
    private Optional<KeyOutcome.Away> next(InventoryPoller inventoryPoller) throws IOException, InterruptedException {
        int octet = console.read(Duration.ZERO);
        if (octet == Console.NOTHING) {
            inventoryPoller.news().ifPresent(news -> view = news.on(view));
            inventoryPoller.choose(Renderer.hasPreview(console.size()) ? view.chosen() : Optional.empty());
            draw(inventoryPoller.preview());
            octet = console.read(TICK);
        }
        return switch (octet) {
            case Console.END -> Optional.of(new KeyOutcome.Away.Leave());
            case Console.NOTHING -> keyDecoder.idle().flatMap(key -> press(key, inventoryPoller));
            default -> keyDecoder.feed(octet).flatMap(key -> press(key, inventoryPoller));
        };
    }

    /// Handles a key. Returns an action that leaves the list, and runs all others.
    private Optional<KeyOutcome.Away> press(Key key, InventoryPoller inventoryPoller) {
        var keyOutcome = view.press(key);
        view = keyOutcome.view();
        switch (keyOutcome.effect()) {
            case KeyOutcome.Effect.Nothing _ -> {}
            case KeyOutcome.Effect.Redraw _ -> drawn = null;
            case KeyOutcome.Effect.Look _ -> inventoryPoller.lookNow();
            case KeyOutcome.Effect.Kill(var item) -> inventoryPoller.kill(item);
            case KeyOutcome.Effect.Rename(var item, var name) -> inventoryPoller.rename(item, name);
            case KeyOutcome.Away away -> {
                return Optional.of(away);
            }
        }
        return Optional.empty();
    }

    /// Sends the lines that have changed.
    private void draw(Preview preview) throws IOException {
        var size = console.size();
        var screen = Renderer.paint(view, preview, size, clock.instant());
        var text = new StringBuilder();
        boolean all = drawn == null || !size.equals(drawnAt);
        if (all) {
            text.append("\u001b[0m\u001b[2J");
        }
        for (int row = 0; row < screen.lines().size(); row++) {
            if (all || differs(screen, row)) {
                // Clear first: after a line as wide as the screen, the cursor is still on its last cell.
                text.append("\u001b[%d;1H\u001b[2K".formatted(row + 1));
                var style = style(screen, row);
                text.append(style).append(screen.lines().get(row)).append(style.isEmpty() ? "" : "\u001b[0m");
            }
        }
        if (!text.isEmpty()) {
            console.write(text.toString());
        }
        drawn = screen;
        drawnAt = size;
    }

    private String style(Renderer.Screen screen, int row) {
        boolean coloured = console.hasColour() && screen.urgent().contains(row);
        return (row == screen.chosen() ? "\u001b[7m" : "") + (coloured ? "\u001b[33m" : "");
    }

    private boolean differs(Renderer.Screen screen, int row) {
        var before = drawn;
        return before == null
                || !before.lines().get(row).equals(screen.lines().get(row))
                || before.urgent().contains(row) != screen.urgent().contains(row)
                || (before.chosen() == row) != (screen.chosen() == row);
    }
}
