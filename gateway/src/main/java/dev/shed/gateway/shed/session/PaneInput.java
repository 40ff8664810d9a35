package dev.shed.gateway.shed.session;

import dev.shed.gateway.agent.AgentPane;
import dev.shed.gateway.agent.AgentPanes;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands.Answer;
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

    /// The status of the agent in the pane; empty if it has none, or none is reported. Fails with
    /// `SESSION_NOT_READY` if that cannot be found out: the agent may ask something.
    ///
    /// @param done what was typed already, as a clause
    Optional<Status> agent(String done) {
        var answer = lookAtAgent(done);
        var listed = AgentPanes.parse(answer.out().lines().toList()).stream()
                .filter(found -> found.id().equals(pane.id()))
                .findFirst();
        // A container without a shell has no agents.
        if (answer.noSuchProgram() || (answer.ok() && listed.isPresent())) {
            return listed.flatMap(AgentPane::status);
        }
        // The pane may have ended meanwhile.
        look();
        throw unknown(done);
    }

    private Answer lookAtAgent(String done) {
        try {
            return tmux.containerCommands().run(shed, Command.of(AgentPanes.look(AgentPanes.FORMAT, pane.id())));
        } catch (ShedException e) {
            throw e.failure().kind() == Failure.Kind.SHED_NOT_READY ? unknown(done) : e;
        }
    }

    void paste(ByteString text) throws InterruptedException {
        var buffer = newBuffer();
        put(Tmux.paste(pane, buffer), text, buffer, "; the text may be typed");
    }

    void press(ByteString keys) throws InterruptedException {
        var buffer = newBuffer();
        put(Tmux.press(pane, buffer), keys, buffer, "; the key may be pressed");
    }

    /// @param done what may have been done if the shed does not answer in time
    private void put(List<String> argv, ByteString bytes, String buffer, String done) throws InterruptedException {
        var answer = after(done, () -> tmux.ask(shed, Command.of(argv).reading(bytes)));
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
            boolean over = answer.ok()
                    ? wanted.test(TmuxCommands.read(shed, answer, Tmux::parseScreen))
                    : Tmux.saysNotFound(answer.err());
            if (over) {
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

    private ShedException unknown(String done) {
        var call = "ssh -s " + shed.name() + "+" + session + "@HOST ";
        return new ShedException(Failure.sessionNotReady(
                shed.name().value(),
                session.value(),
                "its shed is too slow to tell whether its agent asks something" + done,
                "try again in a moment, after a look at the screen\n" + call + "peek"));
    }

    /// Runs something. If the shed does not answer in time, the failure says what was done before.
    ///
    /// @param done as a clause
    <T> T after(String done, Attempt<T> attempt) throws InterruptedException {
        try {
            return attempt.run();
        } catch (ShedException e) {
            throw e.failure().kind() == Failure.Kind.SHED_NOT_READY && !done.isEmpty()
                    ? refused(e.failure().message() + done)
                    : e;
        }
    }

    /// A part of typing.
    interface Attempt<T> {
        T run() throws InterruptedException;
    }

    ShedException refused(String why) {
        return new ShedException(Failure.sessionNotReady(shed.name().value(), session.value(), why));
    }
}
