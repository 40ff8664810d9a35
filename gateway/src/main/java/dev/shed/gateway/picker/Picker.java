package dev.shed.gateway.picker;

import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lets a person choose a session, and comes back when they have left it. One thread reads the keys and draws;
/// another one looks at what there is, so that a shed which hangs holds up no key.
public final class Picker {
    private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[0m\u001b[2J";
    private static final String LEAVE = "\u001b[0m\u001b[?25h\u001b[?1049l";

    /// How soon a new size of the terminal, or a newer list, is drawn; also how long ESC waits for its sequence.
    private static final Duration TICK = Duration.ofMillis(100);

    private final Console console;
    private final Inventory inventory;
    private final Clock clock;
    private final Keyboard keyboard = new Keyboard();
    private View view = View.empty();
    private Painter.@Nullable Screen drawn;
    private @Nullable WindowSize drawnAt;

    public Picker(Console console, LiveInventory inventory, Clock clock) {
        this(console, (Inventory) inventory, clock);
    }

    Picker(Console console, Inventory inventory, Clock clock) {
        this.console = console;
        this.inventory = inventory;
        this.clock = clock;
    }

    /// Returns when the person leaves.
    public void run() throws IOException, InterruptedException {
        Optional<Step.Deed.Attach> wish;
        do {
            console.write(ENTER);
            try {
                wish = choose();
            } finally {
                console.write(LEAVE);
            }
            if (wish.isPresent()) {
                attach(wish.get());
            }
        } while (wish.isPresent());
    }

    private void attach(Step.Deed.Attach wish) throws IOException, InterruptedException {
        try {
            console.attach(wish.item().shed().value(), wish.session());
        } catch (ShedException e) {
            view = view.saying(e.failure().message());
        }
    }

    /// What to attach to; empty when the person leaves.
    private Optional<Step.Deed.Attach> choose() throws IOException, InterruptedException {
        drawn = null;
        try (var lookout = new Lookout(inventory)) {
            Optional<Step.Deed> deed;
            do {
                deed = next(lookout);
            } while (deed.isEmpty());
            return deed.get() instanceof Step.Deed.Attach attach ? Optional.of(attach) : Optional.empty();
        }
    }

    /// One byte of what was typed, so that what comes behind the key that ends the choice is left for the session.
    /// Draws when there is time to.
    private Optional<Step.Deed> next(Lookout lookout) throws IOException, InterruptedException {
        int octet = console.read(Duration.ZERO);
        if (octet == Console.NOTHING) {
            lookout.news().ifPresent(news -> view = news.on(view));
            draw();
            octet = console.read(TICK);
        }
        return switch (octet) {
            case Console.END -> Optional.of(new Step.Deed.Leave());
            case Console.NOTHING -> keyboard.idle().flatMap(key -> press(key, lookout));
            default -> keyboard.feed(octet).flatMap(key -> press(key, lookout));
        };
    }

    /// Carries out what a key asks for, but what ends the choice.
    private Optional<Step.Deed> press(Key key, Lookout lookout) {
        var step = view.press(key);
        view = step.view();
        switch (step.deed()) {
            case Step.Deed.Nothing _ -> {}
            case Step.Deed.Redraw _ -> drawn = null;
            case Step.Deed.Look _ -> lookout.lookNow();
            case Step.Deed.Kill(var item) -> lookout.kill(item);
            case Step.Deed.Rename(var item, var name) -> lookout.rename(item, name);
            case Step.Deed.Leave leave -> {
                return Optional.of(leave);
            }
            case Step.Deed.Attach attach -> {
                return Optional.of(attach);
            }
        }
        return Optional.empty();
    }

    /// Sends the lines that changed.
    private void draw() throws IOException {
        var size = console.size();
        var screen = Painter.paint(view, size, clock.instant());
        var text = new StringBuilder();
        boolean all = drawn == null || !size.equals(drawnAt);
        if (all) {
            text.append("\u001b[0m\u001b[2J");
        }
        for (int row = 0; row < screen.lines().size(); row++) {
            if (all || differs(screen, row)) {
                // Cleared first: behind a line as wide as the screen the cursor still stands on its last cell.
                text.append("\u001b[%d;1H\u001b[2K".formatted(row + 1));
                boolean chosen = row == screen.chosen();
                text.append(chosen ? "\u001b[7m" : "").append(screen.lines().get(row));
                text.append(chosen ? "\u001b[0m" : "");
            }
        }
        if (!text.isEmpty()) {
            console.write(text.toString());
        }
        drawn = screen;
        drawnAt = size;
    }

    private boolean differs(Painter.Screen screen, int row) {
        var before = drawn;
        return before == null
                || !before.lines().get(row).equals(screen.lines().get(row))
                || (before.chosen() == row) != (screen.chosen() == row);
    }
}
