package dev.shed.gateway.picker;

import dev.shed.gateway.name.SessionName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The state of the list, and the effect of each key on it. It does no I/O.
///
/// @param items all items
/// @param loaded whether a list has been received yet
/// @param cursor the index of the chosen item among the visible ones
/// @param filter the text that the addresses of visible items contain
/// @param mode the meaning of keys
/// @param typed the text that was typed in this mode
/// @param message shown until the next key
/// @param wanted the address of the item to choose once it is in the list; empty for none
record View(
        List<Item> items,
        boolean loaded,
        int cursor,
        String filter,
        Mode mode,
        String typed,
        String message,
        String wanted) {
    private static final int PAGE = 10;
    private static final int MAX_TYPED = 64;

    /// The status of a shed that can be started.
    private static final String STOPPED = "stopped";

    /// The status of a shed without sessions.
    private static final String RUNNING = "running";

    enum Mode {
        LIST,
        FILTER,
        NEW,
        RENAME,
        CREATE,
        KILL,
        STOP,
        HELP
    }

    static View empty() {
        return new View(List.of(), false, 0, "", Mode.LIST, "", "", "");
    }

    List<Item> visible() {
        var wanted = filter.toLowerCase(Locale.ROOT);
        return items.stream()
                .filter(item -> item.address().toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
    }

    Optional<Item> chosen() {
        var visible = visible();
        return visible.isEmpty() ? Optional.empty() : Optional.of(visible.get(cursor));
    }

    /// Replaces the list. The cursor moves to the wanted item, or stays on its item. If that no longer
    /// exists, the cursor keeps its index.
    View with(List<Item> newer) {
        var before = chosen();
        var next = new View(newer, true, cursor, filter, mode, typed, message, "");
        var visible = next.visible();
        var there = visible.stream()
                .filter(item -> item.address().equals(wanted))
                .findFirst()
                .or(() -> before.flatMap(
                        item -> visible.stream().filter(item::sameAs).findFirst()));
        var view = next.at(there.map(visible::indexOf).orElse(cursor));
        boolean lost = (mode == Mode.KILL || mode == Mode.RENAME || mode == Mode.STOP) && there.isEmpty();
        return lost ? view.in(Mode.LIST).saying("that session has ended") : view;
    }

    View saying(String text) {
        return new View(items, loaded, cursor, filter, mode, typed, text, wanted);
    }

    /// Chooses an item that the next list should contain.
    View wanting(String address) {
        return new View(items, loaded, cursor, filter, mode, typed, message, address);
    }

    /// A session was renamed. The cursor stays on it.
    View renamed(Item item, String name) {
        var told = saying("renamed " + item.address() + " to " + name);
        return chosen().filter(item::sameAs).isPresent() ? told.wanting(Item.address(item.shed(), name)) : told;
    }

    KeyOutcome press(Key key) {
        if (key == Key.Named.LEAVE) {
            return new KeyOutcome(this, new KeyOutcome.Away.Leave());
        }
        if (key == Key.Named.REDRAW) {
            return new KeyOutcome(this, new KeyOutcome.Effect.Redraw());
        }
        var quiet = saying("");
        return switch (mode) {
            case LIST -> quiet.inList(key);
            case FILTER -> quiet.inFilter(key);
            case NEW, RENAME, CREATE -> quiet.inName(key);
            case KILL -> quiet.inKill(key);
            case STOP -> quiet.inStop(key);
            case HELP -> KeyOutcome.to(quiet.in(Mode.LIST));
        };
    }

    private KeyOutcome inList(Key key) {
        return switch (key) {
            case Key.Text(var text) -> command(text);
            case Key.Named.ENTER -> attach();
            case Key.Named.ESCAPE -> KeyOutcome.to(filtered(""));
            case Key.Named named -> KeyOutcome.to(move(named));
        };
    }

    private View move(Key.Named key) {
        return switch (key) {
            case UP -> at(cursor - 1);
            case DOWN -> at(cursor + 1);
            case PAGE_UP -> at(cursor - PAGE);
            case PAGE_DOWN -> at(cursor + PAGE);
            case HOME -> at(0);
            case END -> at(Integer.MAX_VALUE);
            case ENTER, BACKSPACE, ESCAPE, CLEAR, REDRAW, LEAVE, OTHER -> this;
        };
    }

    private KeyOutcome command(String letter) {
        return switch (letter) {
            case "q" -> new KeyOutcome(this, new KeyOutcome.Away.Leave());
            case "r" -> new KeyOutcome(this, new KeyOutcome.Effect.Look());
            case "j" -> KeyOutcome.to(move(Key.Named.DOWN));
            case "k" -> KeyOutcome.to(move(Key.Named.UP));
            case "g" -> KeyOutcome.to(move(Key.Named.HOME));
            case "G" -> KeyOutcome.to(move(Key.Named.END));
            case "/" -> KeyOutcome.to(in(Mode.FILTER));
            case "?", "h" -> KeyOutcome.to(in(Mode.HELP));
            case "n" -> KeyOutcome.to(chosen().isPresent() ? in(Mode.NEW) : saying("there is no shed; c creates one"));
            case "c" -> KeyOutcome.to(in(Mode.CREATE));
            case "s" -> startOrStop();
            case "m" -> KeyOutcome.to(aboutSession(Mode.RENAME));
            case "x" -> KeyOutcome.to(aboutSession(Mode.KILL));
            default -> KeyOutcome.to(saying("'?' lists the keys"));
        };
    }

    private View aboutSession(Mode other) {
        return chosen().flatMap(Item::session).isPresent() ? in(other) : saying("there is no session here");
    }

    private KeyOutcome attach() {
        return chosen().map(item -> new KeyOutcome(
                        this, new KeyOutcome.Away.Attach(item, item.session().orElse(SessionName.DEFAULT.value()))))
                .orElseGet(() -> KeyOutcome.to(this));
    }

    private KeyOutcome startOrStop() {
        if (chosen().isEmpty()) {
            return KeyOutcome.to(saying("there is no shed"));
        }
        return chosen().get().status().equals(STOPPED) ? call(KeyOutcome.Verb.START) : KeyOutcome.to(in(Mode.STOP));
    }

    private KeyOutcome call(KeyOutcome.Verb verb) {
        return new KeyOutcome(
                in(Mode.LIST),
                new KeyOutcome.Away.Call(verb, chosen().orElseThrow().shed().value()));
    }

    /// Whether the sessions of the chosen shed are known: a shed that is running and has none has a line that says so.
    boolean sessionsKnown() {
        return sessions() > 0
                || chosen().filter(item -> item.status().equals(RUNNING)).isPresent();
    }

    /// The number of sessions of the chosen shed.
    long sessions() {
        var shed = chosen().map(Item::shed);
        return items.stream()
                .filter(item -> item.session().isPresent() && shed.equals(Optional.of(item.shed())))
                .count();
    }

    private KeyOutcome inFilter(Key key) {
        return switch (key) {
            case Key.Text(var text) -> KeyOutcome.to(filtered(filter + text));
            case Key.Named.BACKSPACE -> KeyOutcome.to(filtered(shortened(filter)));
            case Key.Named.CLEAR -> KeyOutcome.to(filtered(""));
            case Key.Named.ENTER -> KeyOutcome.to(in(Mode.LIST));
            case Key.Named.ESCAPE -> KeyOutcome.to(filtered("").in(Mode.LIST));
            case Key.Named named -> KeyOutcome.to(move(named));
        };
    }

    private KeyOutcome inName(Key key) {
        return switch (key) {
            case Key.Text(var text) -> KeyOutcome.to(typing(typed + text));
            case Key.Named.BACKSPACE -> KeyOutcome.to(typing(shortened(typed)));
            case Key.Named.CLEAR -> KeyOutcome.to(typing(""));
            case Key.Named.ENTER -> named();
            case Key.Named.ESCAPE -> KeyOutcome.to(in(Mode.LIST));
            case Key.Named _ -> KeyOutcome.to(this);
        };
    }

    private KeyOutcome named() {
        var list = in(Mode.LIST);
        if (!typed.isEmpty() && mode == Mode.CREATE) {
            return new KeyOutcome(list, new KeyOutcome.Away.Call(KeyOutcome.Verb.CREATE, typed));
        }
        if (typed.isEmpty() || chosen().isEmpty()) {
            return KeyOutcome.to(list);
        }
        var item = chosen().get();
        return new KeyOutcome(
                list,
                mode == Mode.RENAME
                        ? new KeyOutcome.Effect.Rename(item, typed)
                        : new KeyOutcome.Away.Attach(item, typed));
    }

    private KeyOutcome inKill(Key key) {
        var list = in(Mode.LIST);
        return isYes(key) && chosen().isPresent()
                ? new KeyOutcome(list, new KeyOutcome.Effect.Kill(chosen().get()))
                : KeyOutcome.to(list.saying("nothing killed"));
    }

    private KeyOutcome inStop(Key key) {
        return isYes(key) && chosen().isPresent()
                ? call(KeyOutcome.Verb.STOP)
                : KeyOutcome.to(in(Mode.LIST).saying("nothing stopped"));
    }

    private static boolean isYes(Key key) {
        return key instanceof Key.Text(var text) && text.equals("y");
    }

    /// Moves the cursor to an index; no item is wanted any more.
    private View at(int place) {
        int last = Math.max(0, visible().size() - 1);
        return new View(items, loaded, Math.clamp(place, 0, last), filter, mode, typed, message, "");
    }

    private View filtered(String text) {
        var before = chosen();
        var next = new View(items, loaded, 0, text.length() > MAX_TYPED ? filter : text, mode, typed, message, wanted);
        var visible = next.visible();
        return next.at(before.map(visible::indexOf).orElse(0));
    }

    private View in(Mode other) {
        return new View(items, loaded, cursor, filter, other, "", message, wanted);
    }

    private View typing(String text) {
        return new View(items, loaded, cursor, filter, mode, text.length() > MAX_TYPED ? typed : text, message, wanted);
    }

    private static String shortened(String text) {
        return text.isEmpty() ? text : text.substring(0, text.offsetByCodePoints(text.length(), -1));
    }
}
