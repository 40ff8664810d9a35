package dev.shed.gateway.shed.session;

import dev.shed.gateway.agent.AgentPane;
import dev.shed.gateway.agent.AgentPanes;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.tmux.Pane;
import dev.shed.gateway.tmux.Screen;
import dev.shed.gateway.tmux.Stty;
import dev.shed.gateway.tmux.Tmux;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/// Types into one pane, and reads its screen to see the effect.
///
/// @param session the session that was named
/// @param pane its active pane
record PaneInput(TmuxCommands tmux, Shed shed, SessionName session, Pane pane) {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(40);

    /// The active pane of a session.
    static PaneInput of(TmuxCommands tmux, Shed shed, SessionName session) {
        var answer = tmux.about(shed, session, Command.of(Tmux.look(session, 0, false)));
        return new PaneInput(
                tmux,
                shed,
                session,
                TmuxCommands.read(shed, answer, Tmux::parseScreen).pane());
    }

    Screen look() {
        var answer = tmux.found(shed, session, tmux.ask(shed, Tmux.look(pane, 0)));
        return TmuxCommands.read(shed, answer, Tmux::parseScreen);
    }

    /// Whether the pane's terminal reads a line without echo, as for a password.
    boolean readsPassword() {
        var answer = tmux.containerCommands().run(shed, Command.of(Stty.show(pane)));
        if (answer.noSuchProgram()) {
            throw new ShedException(Failure.toolMissing(shed.name().value(), "stty"));
        }
        if (!answer.ok()) {
            throw refused("its terminal cannot be examined: " + answer.err().strip());
        }
        return Stty.readsUnseen(answer.out());
    }

    /// The status of the agent in the pane; empty if it has none, or none is reported.
    Optional<Status> agent() {
        var answer = tmux.containerCommands().run(shed, Command.of(AgentPanes.look(AgentPanes.FORMAT, pane.id())));
        return AgentPanes.parse(answer.out().lines().toList()).stream()
                .filter(listed -> listed.id().equals(pane.id()))
                .findFirst()
                .flatMap(AgentPane::status);
    }

    void paste(ByteString text) {
        var buffer = newBuffer();
        put(Tmux.paste(pane, buffer), text, buffer);
    }

    void press(ByteString keys) {
        var buffer = newBuffer();
        put(Tmux.press(pane, buffer), keys, buffer);
    }

    private void put(List<String> argv, ByteString bytes, String buffer) {
        var answer = tmux.ask(shed, Command.of(argv).reading(bytes));
        if (!answer.ok()) {
            tmux.ask(shed, Tmux.forget(buffer));
            tmux.found(shed, session, answer);
        }
    }

    private static String newBuffer() {
        return "shed-" + UUID.randomUUID();
    }

    boolean awaitChange(Screen before, Duration limit) throws InterruptedException {
        return awaitScreen(0, now -> now.differsFrom(before), limit);
    }

    /// Waits until the screen is as `wanted`, or the pane has ended; false after `limit`.
    ///
    /// @param history how many lines of the history are read as well
    boolean awaitScreen(int history, Predicate<Screen> wanted, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            var answer = tmux.ask(shed, Tmux.look(pane, history));
            if (!answer.ok() || wanted.test(TmuxCommands.read(shed, answer, Tmux::parseScreen))) {
                return true;
            }
            if (System.nanoTime() >= end) {
                return false;
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    /// The failure while an agent asks a question, which Enter would answer.
    ShedException blocked(Status status, String done) {
        var call = "ssh -s " + shed.name() + "+" + session + "@HOST ";
        return new ShedException(Failure.sessionNotReady(
                shed.name().value(),
                session.value(),
                "its agent asks something: " + status.text() + done,
                "ssh shed@HOST inbox\nssh shed@HOST approve ID\n" + call + "peek\n" + call + "\"send --key escape\""));
    }

    ShedException refused(String why) {
        return new ShedException(Failure.sessionNotReady(shed.name().value(), session.value(), why));
    }
}
