package dev.shed.gateway.shed.session;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.ContainerCommands.Answer;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.tmux.Tmux;
import dev.shed.gateway.tmux.TmuxSession;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Function;

/// Commands that run tmux, and turn its errors into failures.
record TmuxCommands(ContainerCommands containerCommands) {
    Answer ask(Shed shed, List<String> argv) {
        return ask(shed, Command.of(argv));
    }

    /// Whatever tmux answers; `TMUX_MISSING` where there is none.
    Answer ask(Shed shed, Command command) {
        return told(shed, containerCommands.run(shed, command));
    }

    private static Answer told(Shed shed, Answer answer) {
        if (answer.noSuchProgram()) {
            throw new ShedException(Failure.tmuxMissing(shed.name().value()));
        }
        return answer;
    }

    /// What tmux answers about a session that must be there; `SESSION_NOT_FOUND` when it is not. A stopped shed has
    /// no sessions, and is not started to find out.
    Answer about(Shed shed, SessionName session, Command command) {
        if (shed.container().state() == Container.State.STOPPED) {
            throw missing(shed, session);
        }
        return found(shed, session, ask(shed, command));
    }

    /// The same with the answer going elsewhere as it comes.
    ///
    /// @throws IOException when `out` breaks
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

    /// `SESSION_NOT_FOUND`, which names the socket of a server that has a session of that name, if there is one.
    ShedException missing(Shed shed, SessionName session) {
        return new ShedException(
                Failure.sessionNotFound(shed.name().value(), session.value(), elsewhere(shed, session)));
    }

    private String elsewhere(Shed shed, SessionName session) {
        if (!shed.running()) {
            return "";
        }
        try {
            return Tmux.parseSessions(ask(shed, Tmux.list()).out()).stream()
                    .filter(other -> other.name().equals(session.value()))
                    .map(TmuxSession::socket)
                    .filter(socket -> !socket.isEmpty())
                    .findFirst()
                    .orElse("");
        } catch (ShedException | IllegalArgumentException _) {
            // The session is missing all the same.
            return "";
        }
    }

    static ShedException unexpected(Shed shed, Answer answer) {
        return new ShedException(Failure.shedNotReady(
                shed.name().value(), "tmux says: " + answer.err().strip()));
    }

    /// What calls itself tmux in there may be anything: an answer that cannot be read is the shed's trouble.
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
