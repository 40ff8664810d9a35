package dev.shed.gateway.shed.session;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.ContainerCommands.Answer;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.text.Spelling;
import dev.shed.gateway.tmux.Tmux;
import dev.shed.gateway.tmux.TmuxSession;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Runs tmux commands, and turns their errors into failures.
///
/// @param advisesStart whether a session that is missing could as well be started
record TmuxCommands(ContainerCommands containerCommands, boolean advisesStart) {
    private static final int MOST_COMPARED = 1000;

    TmuxCommands(ContainerCommands containerCommands) {
        this(containerCommands, true);
    }

    /// For changes of a session that was there before.
    TmuxCommands forChanges() {
        return new TmuxCommands(containerCommands, false);
    }

    Answer ask(Shed shed, List<String> argv) {
        return ask(shed, Command.of(argv));
    }

    /// Runs a command and returns tmux's answer, also an error; fails with `TMUX_MISSING` if there is no
    /// tmux.
    Answer ask(Shed shed, Command command) {
        return told(shed, containerCommands.run(shed, command));
    }

    private static Answer told(Shed shed, Answer answer) {
        if (answer.noSuchProgram()) {
            throw new ShedException(Failure.tmuxMissing(shed.name().value()));
        }
        return answer;
    }

    /// Runs a command about a session; fails with `SESSION_NOT_FOUND` if it does not exist. A stopped shed
    /// has no sessions and is not started.
    Answer about(Shed shed, SessionName session, Command command) {
        if (shed.container().state() == Container.State.STOPPED) {
            throw missing(shed, session);
        }
        return found(shed, session, ask(shed, command));
    }

    /// Runs a command about a session and copies its output to `out` as it arrives.
    ///
    /// @throws IOException if `out` cannot be written
    void about(Shed shed, SessionName session, Command command, OutputStream out) throws IOException {
        if (shed.container().state() == Container.State.STOPPED) {
            throw missing(shed, session);
        }
        found(shed, session, told(shed, containerCommands.stream(shed, command, out)));
    }

    Answer found(Shed shed, SessionName session, Answer answer) {
        if (answer.ok()) {
            return answer;
        }
        throw Tmux.saysNotFound(answer.err()) ? missing(shed, session) : unexpected(shed, answer);
    }

    /// `SESSION_NOT_FOUND`. If a server on another socket has a session of that name, the failure names the
    /// socket, otherwise the session of the nearest name.
    ShedException missing(Shed shed, SessionName session) {
        var others = others(shed);
        var socket = elsewhere(others, session);
        var failure = Failure.sessionNotFound(shed.name().value(), session.value(), socket);
        if (!socket.isEmpty()) {
            return new ShedException(failure);
        }
        if (shed.container().state() == Container.State.STOPPED) {
            return new ShedException(
                    failure.withHint("the shed is stopped; to start it: ssh -s " + shed.name() + "@HOST start"));
        }
        var address = shed.name() + "+" + session + "@HOST";
        var meant = nearest(others, session).map(name -> "did you mean: ssh " + shed.name() + "+" + name + "@HOST\n");
        var start = "\nto start it: ssh " + address + "\nto start a command in it: ssh -s " + address
                + " \"run -- COMMAND\"";
        return new ShedException(failure.withHint(meant.orElse("") + failure.hint() + (advisesStart ? start : "")));
    }

    private List<TmuxSession> others(Shed shed) {
        if (!shed.running()) {
            return List.of();
        }
        try {
            return Tmux.parseSessions(ask(shed, Command.of(Tmux.list())).out());
        } catch (ShedException | IllegalArgumentException _) {
            // The session is missing in any case.
            return List.of();
        }
    }

    private static String elsewhere(List<TmuxSession> others, SessionName session) {
        return others.stream()
                .filter(other -> other.name().equals(session.value()))
                .map(TmuxSession::socket)
                .filter(socket -> !socket.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static Optional<String> nearest(List<TmuxSession> others, SessionName session) {
        var names = others.stream()
                .filter(other -> other.socket().isEmpty())
                .map(TmuxSession::name)
                .filter(SessionName::isValid)
                .limit(MOST_COMPARED)
                .toList();
        return Spelling.nearest(session.value(), names, Spelling.MOST_EDITS);
    }

    static ShedException unexpected(Shed shed, Answer answer) {
        var said = answer.err().strip();
        var why = said.isEmpty() ? "tmux ended with status " + answer.status().code() : "tmux says: " + said;
        return new ShedException(Failure.shedNotReady(shed.name().value(), why));
    }

    /// Parses an answer of tmux. Any program may be named tmux in a container, so a malformed answer is a
    /// failure of the shed.
    static <T> T read(Shed shed, Answer answer, Function<String, T> parser) {
        try {
            return parser.apply(answer.out());
        } catch (IllegalArgumentException e) {
            throw unreadable(shed, e);
        }
    }

    static ShedException unreadable(Shed shed, IllegalArgumentException cause) {
        return new ShedException(Failure.shedNotReady(shed.name().value(), "unexpected output from tmux"), cause);
    }
}
