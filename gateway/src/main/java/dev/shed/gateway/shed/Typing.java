package dev.shed.gateway.shed;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Errands.Errand;
import dev.shed.gateway.tmux.Pane;
import dev.shed.gateway.tmux.Screen;
import dev.shed.gateway.tmux.Stty;
import dev.shed.gateway.tmux.Tmux;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/// Types into a session as somebody at its terminal would paste and then press Enter.
public final class Typing {
    /// Agents take keys that come close together for one paste, and the Enter in it for a line break: Claude Code
    /// joins what comes within some 100 ms. Half as much again.
    private static final Duration PAUSE = Duration.ofMillis(150);

    /// A program that is busy reads the paste only later, and would find the Enter right behind it. What it has read
    /// it usually shows, so Enter waits for the screen to change; but no longer than this, since some show nothing.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// How long the screen has to show an effect before it is reported as unchanged.
    private static final Duration EFFECT = Duration.ofSeconds(1);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(40);

    private final Errands errands;
    private final TmuxErrands tmux;
    private final Turns turns = new Turns();

    Typing(Errands errands) {
        this.errands = errands;
        this.tmux = new TmuxErrands(errands);
    }

    /// What to type.
    ///
    /// @param text may be empty; then there is only Enter
    /// @param command the program that must be in the pane's foreground
    public record Keys(ByteString text, boolean enter, Optional<String> command) {}

    /// What came of it.
    ///
    /// @param pane tmux's name of the pane
    /// @param screenChanged whether its screen changed from before to a second after
    public record Typed(String pane, boolean screenChanged) {}

    /// Where to type.
    private record Place(Shed shed, SessionName session) {
        ShedException refused(String why) {
            return new ShedException(new Failure.SessionNotReady(shed.name().value(), session.value(), why));
        }
    }

    /// One after the other for each pane: two texts must not mix, nor one's Enter send the other's text.
    Typed type(Shed shed, SessionName session, Keys keys) throws InterruptedException {
        var place = new Place(shed, session);
        var answer = tmux.about(shed, session, Errand.of(Tmux.look(session, 0)));
        var pane = TmuxErrands.read(shed, answer, Tmux::parseScreen).pane();
        try (var _ =
                turns.take(shed.container().id() + pane.id(), () -> place.refused("somebody else types into it"))) {
            return typeInto(place, pane, keys);
        }
    }

    private Typed typeInto(Place place, Pane pane, Keys keys) throws InterruptedException {
        var before = look(place, pane);
        var changed = false;
        if (keys.text().length() > 0) {
            check(place, before.pane(), keys, "");
            paste(place, pane, keys.text());
            Thread.sleep(PAUSE);
            changed = awaitChange(place, before, keys.enter() ? PATIENCE : EFFECT);
        }
        if (keys.enter()) {
            var now = look(place, pane);
            check(place, now.pane(), keys, keys.text().length() > 0 ? "; the text is typed, Enter is not" : "");
            press(place, pane);
            // Whatever the paste has shown: it is the effect of Enter that somebody waits for.
            changed |= awaitChange(place, now, EFFECT);
        }
        return new Typed(pane.id(), changed);
    }

    private Screen look(Place place, Pane pane) {
        var answer = TmuxErrands.found(place.shed(), place.session(), tmux.ask(place.shed(), Tmux.look(pane)));
        return TmuxErrands.read(place.shed(), answer, Tmux::parseScreen);
    }

    /// As late as can be: whatever the pane reads a few milliseconds later cannot be known.
    private void check(Place place, Pane pane, Keys keys, String done) {
        if (pane.dead()) {
            throw place.refused("its program has ended" + done);
        }
        if (pane.inputOff()) {
            throw place.refused("its input is switched off" + done);
        }
        keys.command().filter(expected -> !expected.equals(pane.command())).ifPresent(expected -> {
            throw place.refused("'" + pane.command() + "' runs in it, not '" + expected + "'" + done);
        });
        if (readsPassword(place, pane)) {
            throw place.refused("it reads a password" + done);
        }
    }

    private boolean readsPassword(Place place, Pane pane) {
        var shed = place.shed();
        var answer = errands.run(shed, Errand.of(Stty.show(pane.terminal())));
        if (answer.noSuchProgram()) {
            throw new ShedException(new Failure.ToolMissing(shed.name().value(), "stty"));
        }
        if (!answer.ok()) {
            throw place.refused(
                    "its terminal cannot be looked at: " + answer.err().strip());
        }
        return Stty.readsUnseen(answer.out());
    }

    private void paste(Place place, Pane pane, ByteString text) {
        var buffer = newBuffer();
        put(place, buffer, Errand.of(Tmux.paste(pane, buffer)).reading(text));
    }

    private void press(Place place, Pane pane) {
        var buffer = newBuffer();
        put(place, buffer, Errand.of(Tmux.enter(pane, buffer)));
    }

    private void put(Place place, String buffer, Errand errand) {
        var answer = tmux.ask(place.shed(), errand);
        if (!answer.ok()) {
            tmux.ask(place.shed(), Tmux.forget(buffer));
            TmuxErrands.found(place.shed(), place.session(), answer);
        }
    }

    private static String newBuffer() {
        return "shed-" + UUID.randomUUID();
    }

    /// Whether the screen comes to differ from what it was, within `limit`.
    private boolean awaitChange(Place place, Screen before, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            // A pane that is gone has changed, too.
            var answer = tmux.ask(place.shed(), Tmux.look(before.pane()));
            if (!answer.ok()
                    || TmuxErrands.read(place.shed(), answer, Tmux::parseScreen).differsFrom(before)) {
                return true;
            }
            if (System.nanoTime() >= end) {
                return false;
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }
}
