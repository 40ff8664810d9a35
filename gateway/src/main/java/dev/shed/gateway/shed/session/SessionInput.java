package dev.shed.gateway.shed.session;

import dev.shed.gateway.agent.Status;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.tmux.NamedKey;
import dev.shed.gateway.tmux.Pane;
import dev.shed.gateway.tmux.PasteEvidence;
import dev.shed.gateway.tmux.Screen;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Types into a session as a person at its terminal does: pastes text and presses Enter, or presses keys.
public final class SessionInput {
    /// The pause between two keys. Agents take keys that arrive close together for one paste, and an Enter
    /// in it for a line break; Claude Code joins what arrives within about 100 ms. This is half as much
    /// again. It also keeps an Escape from being read as Alt with the next key.
    private static final Duration PAUSE = Duration.ofMillis(150);

    /// How long Enter waits for the text to show. A busy program reads the paste later and would find the
    /// Enter right behind it. A program that asks a question may ignore the paste, and Enter would then be
    /// the answer.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// How long the screen may take to change before it is reported as unchanged.
    private static final Duration EFFECT = Duration.ofSeconds(1);

    private static final String ENTER_MISSING = "; the text is typed, Enter is not";

    private final TmuxCommands tmux;
    private final KeyedLock keyedLock;

    SessionInput(ContainerCommands containerCommands, KeyedLock keyedLock) {
        this.tmux = new TmuxCommands(containerCommands);
        this.keyedLock = keyedLock;
    }

    /// The input to type.
    public sealed interface Input {
        /// A paste, followed by Enter if `enter`.
        ///
        /// @param text may be empty, for Enter alone
        record Text(ByteString text, boolean enter) implements Input {}

        /// Keys, pressed one after the other.
        record Keys(List<NamedKey> keys) implements Input {
            public Keys {
                keys = List.copyOf(keys);
            }
        }
    }

    /// A request to type.
    ///
    /// @param command the program that must be in the pane's foreground
    /// @param beforeEffect called with the pane before the input takes effect: right before Enter or the
    /// first key, or after the text if there is no Enter
    public record Request(Input input, Optional<String> command, Consumer<Pane> beforeEffect) {}

    /// The result.
    ///
    /// @param pane tmux's id of the pane
    /// @param screenChanged whether its screen has changed within a second after the input
    public record Typed(String pane, boolean screenChanged) {}

    /// Types into a pane. Requests for the same pane run one after the other, so that the Enter of one does
    /// not send the text of another.
    Typed type(Shed shed, SessionName session, Request request) throws InterruptedException {
        var pane = PaneInput.of(tmux, shed, session);
        var lock = shed.container().id() + pane.pane().id();
        try (var _ = keyedLock.take(lock, () -> pane.refused("somebody else types into it"))) {
            boolean changed = switch (request.input()) {
                case Input.Text text -> type(pane, text, request);
                case Input.Keys keys -> press(pane, keys.keys(), request);
            };
            return new Typed(pane.pane().id(), changed);
        }
    }

    /// Pastes text and presses Enter; returns whether the screen has changed.
    private static boolean type(PaneInput pane, Input.Text input, Request request) throws InterruptedException {
        var command = request.command();
        var before = pane.look();
        boolean pasted = input.text().length() > 0;
        if (pasted) {
            checkForText(pane, before.pane(), command, "");
            checkAgent(pane, "");
            pane.paste(input.text());
            Thread.sleep(PAUSE);
        }
        if (!input.enter()) {
            var done = pasted ? "; the text is typed" : "";
            beforeEffect(pane, request, before.pane(), done);
            return pane.after(done, () -> pane.awaitChange(before, EFFECT));
        }
        var done = pasted ? ENTER_MISSING : "";
        var now = pane.after(done, () -> beforeEnter(pane, input, before, command));
        checkAgent(pane, done);
        beforeEffect(pane, request, now.pane(), done);
        pane.press(ByteString.of("\r"));
        // The paste alone may have changed the screen, but the caller waits for the effect of Enter.
        return pane.after("; Enter is pressed", () -> pane.awaitChange(now, EFFECT)) || pasted;
    }

    /// Waits until the text shows, and checks the pane again; returns its screen.
    private static Screen beforeEnter(PaneInput pane, Input.Text input, Screen before, Optional<String> command)
            throws InterruptedException {
        if (input.text().length() > 0) {
            awaitText(pane, before, input.text());
        }
        var now = pane.look();
        checkForText(pane, now.pane(), command, input.text().length() > 0 ? ENTER_MISSING : "");
        return now;
    }

    /// Calls `beforeEffect`. If it fails, the message says what has been typed already.
    private static void beforeEffect(PaneInput pane, Request request, Pane shown, String done) {
        try {
            request.beforeEffect().accept(shown);
        } catch (ShedException e) {
            throw done.isEmpty() ? e : pane.refused(e.failure().message() + done);
        }
    }

    /// Presses the keys, each after the one before has had time to show; returns whether the screen has
    /// changed.
    private static boolean press(PaneInput pane, List<NamedKey> keys, Request request) throws InterruptedException {
        var command = request.command();
        var before = pane.look();
        boolean changed = false;
        for (int i = 0; i < keys.size(); i++) {
            var key = keys.get(i);
            var now = i == 0 ? before : pane.look();
            var done = i == 0 ? "" : "; only the first " + i + " of the keys were pressed";
            if (key.leadsOut()) {
                check(pane, now.pane(), command, done);
            } else {
                checkForText(pane, now.pane(), command, done);
            }
            if (i == 0) {
                request.beforeEffect().accept(now.pane());
            }
            pane.press(key.bytes(now.pane()));
            boolean last = i == keys.size() - 1;
            changed |= pane.awaitChange(now, last ? EFFECT : PAUSE);
            if (!last) {
                Thread.sleep(PAUSE);
            }
        }
        return changed;
    }

    /// Waits until the text shows on the screen; fails with `SESSION_NOT_READY` if it does not in time.
    private static void awaitText(PaneInput pane, Screen before, ByteString text) throws InterruptedException {
        var evidence = new PasteEvidence(before, text);
        Predicate<Screen> shows = now -> evidence.isIn(now, System.nanoTime());
        if (!pane.awaitScreen(evidence.history(), shows, PATIENCE)) {
            throw pane.refused("the text does not show on its screen; Enter was not pressed");
        }
    }

    /// Checks the pane as late as possible. A change in the few milliseconds after that cannot be noticed.
    private static void checkForText(PaneInput input, Pane pane, Optional<String> command, String done) {
        check(input, pane, command, done);
        if (input.readsPassword()) {
            throw input.refused("it reads a password" + done);
        }
    }

    /// Refuses input while an agent asks a question: its dialog ignores text, and Enter would answer it.
    private static void checkAgent(PaneInput input, String done) {
        input.agent(done).filter(Status::isBlocked).ifPresent(status -> {
            throw input.blocked(status, done);
        });
    }

    private static void check(PaneInput input, Pane pane, Optional<String> command, String done) {
        if (pane.dead()) {
            throw input.refused("its program has ended" + done);
        }
        if (pane.inputOff()) {
            throw input.refused("its input is switched off" + done);
        }
        command.filter(expected -> !expected.equals(pane.command())).ifPresent(expected -> {
            throw input.refused("'" + pane.command() + "' runs in it, not '" + expected + "'" + done);
        });
    }
}
