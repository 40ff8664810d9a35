package dev.shed.gateway.shed;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Errands.Answer;
import dev.shed.gateway.shed.Errands.Errand;
import dev.shed.gateway.tmux.Tmux;
import dev.shed.gateway.tmux.TmuxSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The tmux sessions of a running shed, asked for and ended by short processes in its container.
public final class Sessions {
    private final Errands errands;
    private final Workspace workspace;

    /// @param workspace where new sessions start
    public Sessions(ContainerRuntime runtime, Workspace workspace) {
        this.errands = new Errands(runtime);
        this.workspace = workspace;
    }

    /// The sessions of a shed; none when it is stopped (and it is not started to find out). Fails with
    /// `TMUX_MISSING` or `SHED_NOT_READY`.
    public List<TmuxSession> list(Shed shed) {
        return list(shed, Errands.LIMIT);
    }

    /// The same, with another limit on the time that the shed may take.
    public List<TmuxSession> list(Shed shed, Duration limit) {
        if (shed.container().state() == Container.State.STOPPED) {
            return List.of();
        }
        var answer = ask(shed, Errand.of(Tmux.list()).within(limit));
        if (answer.ok()) {
            return parse(shed, answer.out());
        }
        if (Tmux.saysNoServer(answer.err())) {
            return List.of();
        }
        throw unexpected(shed, answer);
    }

    /// Creates a session that must not exist yet, to be attached to at `size`; `SESSION_ALREADY_EXISTS` when it
    /// does.
    public void create(Shed shed, SessionName session, WindowSize size, Map<String, String> environment) {
        var answer = ask(
                shed,
                Errand.of(Tmux.create(size, session, workspace.directory(shed))).with(environment));
        if (answer.ok()) {
            return;
        }
        if (exists(shed, session)) {
            throw new ShedException(new Failure.SessionAlreadyExists(shed.name().value(), session.value()));
        }
        throw unexpected(shed, answer);
    }

    /// Ends a session; `SESSION_NOT_FOUND` when it is not there, as in a stopped shed.
    public void kill(Shed shed, SessionName session) {
        requireRunning(shed, session);
        requireFound(shed, session, ask(shed, Tmux.kill(session)));
    }

    /// Gives a session another name; `SESSION_NOT_FOUND` when it is not there, `SESSION_ALREADY_EXISTS` when the other
    /// one is. The tmux server does both in one step, so two racing callers cannot both succeed.
    public void rename(Shed shed, SessionName session, SessionName name) {
        requireRunning(shed, session);
        var answer = ask(shed, Tmux.rename(session, name));
        if (Tmux.saysDuplicate(answer.err())) {
            throw new ShedException(new Failure.SessionAlreadyExists(shed.name().value(), name.value()));
        }
        requireFound(shed, session, answer);
    }

    /// Fails with `SESSION_NOT_FOUND` when the session is not there.
    public void require(Shed shed, SessionName session) {
        if (!exists(shed, session)) {
            throw notFound(shed, session);
        }
    }

    /// A stopped shed has no sessions, and is not started to find out.
    private static void requireRunning(Shed shed, SessionName session) {
        if (shed.container().state() == Container.State.STOPPED) {
            throw notFound(shed, session);
        }
    }

    private static void requireFound(Shed shed, SessionName session, Answer answer) {
        if (answer.ok()) {
            return;
        }
        throw Tmux.saysNotFound(answer.err()) ? notFound(shed, session) : unexpected(shed, answer);
    }

    private static ShedException notFound(Shed shed, SessionName session) {
        return new ShedException(new Failure.SessionNotFound(shed.name().value(), session.value()));
    }

    private static ShedException unexpected(Shed shed, Answer answer) {
        return new ShedException(new Failure.ShedNotReady(
                shed.name().value(), "tmux says: " + answer.err().strip()));
    }

    /// What calls itself tmux in there may be anything: an answer that cannot be read is the shed's trouble.
    private static List<TmuxSession> parse(Shed shed, String listing) {
        try {
            return Tmux.parseSessions(listing);
        } catch (IllegalArgumentException e) {
            throw new ShedException(
                    new Failure.ShedNotReady(shed.name().value(), "its tmux answers what tmux does not"), e);
        }
    }

    private boolean exists(Shed shed, SessionName session) {
        return ask(shed, Tmux.has(session)).ok();
    }

    private Answer ask(Shed shed, List<String> argv) {
        return ask(shed, Errand.of(argv));
    }

    private Answer ask(Shed shed, Errand errand) {
        var answer = errands.run(shed, errand);
        if (answer.noSuchProgram()) {
            throw new ShedException(new Failure.TmuxMissing(shed.name().value()));
        }
        return answer;
    }
}
