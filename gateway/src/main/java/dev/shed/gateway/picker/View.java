package dev.shed.gateway.picker;

import dev.shed.gateway.name.SessionName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The list as it is at the moment, and what each key makes of it. Pure.
///
/// @param items all there is
/// @param loaded whether there was an answer at all yet
/// @param cursor which of the visible items is chosen
/// @param filter what the visible items have in their address
/// @param mode what keys mean
/// @param typed what was typed in this mode so far
/// @param message what the person is told, until the next key
record View(List<Item> items, boolean loaded, int cursor, String filter, Mode mode, String typed, String message) {
    private static final int PAGE = 10;
    private static final int MAX_TYPED = 64;

    /// The status of a shed that can be started.
    private static final String STOPPED = "stopped";

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
        return new View(List.of(), false, 0, "", Mode.LIST, "", "");
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

    /// The same with a newer list. The cursor stays with its item; when that is gone, at its place.
    View with(List<Item> newer) {
        var before = chosen();
        var next = new View(newer, true, cursor, filter, mode, typed, message);
        var visible = next.visible();
        var there = before.stream()
                .flatMap(item -> visible.stream().filter(item::sameAs))
                .findFirst();
        var view = next.at(there.map(visible::indexOf).orElse(cursor));
        boolean lost = (mode == Mode.KILL || mode == Mode.RENAME || mode == Mode.STOP) && there.isEmpty();
        return lost ? view.in(Mode.LIST).saying("that session has ended") : view;
    }

    View saying(String text) {
        return new View(items, loaded, cursor, filter, mode, typed, text);
    }

    Step press(Key key) {
        if (key == Key.Named.LEAVE) {
            return new Step(this, new Step.Away.Leave());
        }
        if (key == Key.Named.REDRAW) {
            return new Step(this, new Step.Deed.Redraw());
        }
        var quiet = saying("");
        return switch (mode) {
            case LIST -> quiet.inList(key);
            case FILTER -> quiet.inFilter(key);
            case NEW, RENAME, CREATE -> quiet.inName(key);
            case KILL -> quiet.inKill(key);
            case STOP -> quiet.inStop(key);
            case HELP -> Step.to(quiet.in(Mode.LIST));
        };
    }

    private Step inList(Key key) {
        return switch (key) {
            case Key.Text(var text) -> command(text);
            case Key.Named.ENTER -> attach();
            case Key.Named.ESCAPE -> Step.to(filtered(""));
            case Key.Named named -> Step.to(move(named));
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

    private Step command(String letter) {
        return switch (letter) {
            case "q" -> new Step(this, new Step.Away.Leave());
            case "r" -> new Step(this, new Step.Deed.Look());
            case "j" -> Step.to(move(Key.Named.DOWN));
            case "k" -> Step.to(move(Key.Named.UP));
            case "g" -> Step.to(move(Key.Named.HOME));
            case "G" -> Step.to(move(Key.Named.END));
            case "/" -> Step.to(in(Mode.FILTER));
            case "?", "h" -> Step.to(in(Mode.HELP));
            case "n" -> Step.to(chosen().isPresent() ? in(Mode.NEW) : saying("there is no shed; c makes one"));
            case "c" -> Step.to(in(Mode.CREATE));
            case "s" -> startOrStop();
            case "m" -> Step.to(aboutSession(Mode.RENAME));
            case "x" -> Step.to(aboutSession(Mode.KILL));
            default -> Step.to(saying("'?' lists the keys"));
        };
    }

    private View aboutSession(Mode other) {
        return chosen().flatMap(Item::session).isPresent() ? in(other) : saying("there is no session here");
    }

    private Step attach() {
        return chosen().map(item ->
                        new Step(this, new Step.Away.Attach(item, item.session().orElse(SessionName.DEFAULT.value()))))
                .orElseGet(() -> Step.to(this));
    }

    private Step startOrStop() {
        if (chosen().isEmpty()) {
            return Step.to(saying("there is no shed"));
        }
        return chosen().get().status().equals(STOPPED) ? call(Step.Errand.START) : Step.to(in(Mode.STOP));
    }

    private Step call(Step.Errand errand) {
        return new Step(
                in(Mode.LIST),
                new Step.Away.Call(errand, chosen().orElseThrow().shed().value()));
    }

    /// How many sessions the chosen shed has.
    long sessions() {
        var shed = chosen().map(Item::shed);
        return items.stream()
                .filter(item -> item.session().isPresent() && shed.equals(Optional.of(item.shed())))
                .count();
    }

    private Step inFilter(Key key) {
        return switch (key) {
            case Key.Text(var text) -> Step.to(filtered(filter + text));
            case Key.Named.BACKSPACE -> Step.to(filtered(shortened(filter)));
            case Key.Named.CLEAR -> Step.to(filtered(""));
            case Key.Named.ENTER -> Step.to(in(Mode.LIST));
            case Key.Named.ESCAPE -> Step.to(filtered("").in(Mode.LIST));
            case Key.Named named -> Step.to(move(named));
        };
    }

    private Step inName(Key key) {
        return switch (key) {
            case Key.Text(var text) -> Step.to(typing(typed + text));
            case Key.Named.BACKSPACE -> Step.to(typing(shortened(typed)));
            case Key.Named.CLEAR -> Step.to(typing(""));
            case Key.Named.ENTER -> named();
            case Key.Named.ESCAPE -> Step.to(in(Mode.LIST));
            case Key.Named _ -> Step.to(this);
        };
    }

    private Step named() {
        var list = in(Mode.LIST);
        if (!typed.isEmpty() && mode == Mode.CREATE) {
            return new Step(list, new Step.Away.Call(Step.Errand.CREATE, typed));
        }
        if (typed.isEmpty() || chosen().isEmpty()) {
            return Step.to(list);
        }
        var item = chosen().get();
        return new Step(
                list, mode == Mode.RENAME ? new Step.Deed.Rename(item, typed) : new Step.Away.Attach(item, typed));
    }

    private Step inKill(Key key) {
        var list = in(Mode.LIST);
        return isYes(key) && chosen().isPresent()
                ? new Step(list, new Step.Deed.Kill(chosen().get()))
                : Step.to(list.saying("nothing killed"));
    }

    private Step inStop(Key key) {
        return isYes(key) && chosen().isPresent()
                ? call(Step.Errand.STOP)
                : Step.to(in(Mode.LIST).saying("nothing stopped"));
    }

    private static boolean isYes(Key key) {
        return key instanceof Key.Text(var text) && text.equals("y");
    }

    private View at(int wanted) {
        int last = Math.max(0, visible().size() - 1);
        return new View(items, loaded, Math.clamp(wanted, 0, last), filter, mode, typed, message);
    }

    private View filtered(String text) {
        var before = chosen();
        var next = new View(items, loaded, 0, text.length() > MAX_TYPED ? filter : text, mode, typed, message);
        var visible = next.visible();
        return next.at(before.map(visible::indexOf).orElse(0));
    }

    private View in(Mode other) {
        return new View(items, loaded, cursor, filter, other, "", message);
    }

    private View typing(String text) {
        return new View(items, loaded, cursor, filter, mode, text.length() > MAX_TYPED ? typed : text, message);
    }

    private static String shortened(String text) {
        return text.isEmpty() ? text : text.substring(0, text.offsetByCodePoints(text.length(), -1));
    }
}
