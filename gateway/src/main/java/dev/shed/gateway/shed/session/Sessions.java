package dev.shed.gateway.shed.session;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.tmux.AttachLog;
import dev.shed.gateway.tmux.PaneSnapshot;
import dev.shed.gateway.tmux.Tmux;
import dev.shed.gateway.tmux.TmuxSession;
import dev.shed.gateway.tmux.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tmux sessions of a running shed: lists, creates, ends and renames them with short commands in its container.
public final class Sessions {
    private final ContainerRuntime runtime;
    private final TmuxCommands tmux;
    private final Workspace workspace;

    /// @param workspace where new sessions start
    public Sessions(ContainerRuntime runtime, Workspace workspace) {
        this.runtime = runtime;
        this.tmux = new TmuxCommands(new ContainerCommands(runtime));
        this.workspace = workspace;
    }

    /// The sessions of a shed; none when it is stopped (and it is not started to find out). Fails with
    /// `TMUX_MISSING` or `SHED_NOT_READY`.
    public List<TmuxSession> list(Shed shed) {
        return list(shed, ContainerCommands.LIMIT, () -> {});
    }

    /// The same, with another limit on the time that the shed may take.
    ///
    /// @param arrived run when the question has arrived in the container
    public List<TmuxSession> list(Shed shed, Duration limit, Runnable arrived) {
        if (shed.container().state() == Container.State.STOPPED) {
            return List.of();
        }
        var answer = tmux.ask(shed, Command.of(Tmux.list()).within(limit).telling(arrived));
        // Without a server on the usual socket there may be some on others.
        if (answer.ok() || Tmux.saysNoServer(answer.err())) {
            return TmuxCommands.read(shed, answer, Tmux::parseSessions);
        }
        throw TmuxCommands.unexpected(shed, answer);
    }

    /// Creates a session that must not exist yet, to be attached to at `size`; `SESSION_ALREADY_EXISTS` when it
    /// does.
    public void create(Shed shed, SessionName session, WindowSize size, Map<String, String> environment) {
        var answer = tmux.ask(
                shed,
                Command.of(Tmux.create(size, session, workspace.directory(shed)))
                        .with(environment));
        if (answer.ok()) {
            return;
        }
        if (exists(shed, session)) {
            throw new ShedException(Failure.sessionAlreadyExists(shed.name().value(), session.value()));
        }
        throw TmuxCommands.unexpected(shed, answer);
    }

    /// Until it is closed, whoever only looks at the session does not change the size of its windows.
    public HeldSize holdSize(Shed shed, Tmux.Target session) throws InterruptedException {
        return HeldSize.begin(runtime, shed, session);
    }

    /// Ends a session; `SESSION_NOT_FOUND` when it is not there, as in a stopped shed.
    public void kill(Shed shed, SessionName session) {
        tmux.about(shed, session, Command.of(Tmux.kill(session)));
    }

    /// Gives a session another name; `SESSION_NOT_FOUND` when it is not there, `SESSION_ALREADY_EXISTS` when the other
    /// one is. The tmux server does both in one step, so two racing callers cannot both succeed.
    public void rename(Shed shed, SessionName session, SessionName name) {
        if (shed.container().state() == Container.State.STOPPED) {
            throw tmux.missing(shed, session);
        }
        var answer = tmux.ask(shed, Tmux.rename(session, name));
        if (Tmux.saysDuplicate(answer.err())) {
            throw new ShedException(Failure.sessionAlreadyExists(shed.name().value(), name.value()));
        }
        tmux.found(shed, session, answer);
    }

    /// What a session shows at this moment; empty when it has ended.
    ///
    /// @param session tmux's number for it
    public Optional<PaneSnapshot> look(Shed shed, int session) {
        var answer = tmux.ask(shed, Watch.look(session));
        if (answer.ok()) {
            return Optional.of(TmuxCommands.read(shed, answer, PaneSnapshot::parse));
        }
        if (Tmux.saysNotFound(answer.err()) || Tmux.saysNoServer(answer.err())) {
            return Optional.empty();
        }
        throw TmuxCommands.unexpected(shed, answer);
    }

    /// tmux's number for the session that an attach showed last, if that is known; `SESSION_NOT_FOUND` when it has
    /// ended.
    ///
    /// @param name what it was called, as far as the caller knows
    public Optional<Integer> shown(Shed shed, AttachLog.Id id, SessionName name) {
        var log = tmux.ask(shed, AttachLog.read());
        var shown = AttachLog.shown(log.out(), id);
        if (shown.isPresent() && !tmux.ask(shed, Tmux.has(shown.get())).ok()) {
            throw tmux.missing(shed, name);
        }
        return shown;
    }

    /// Fails with `SESSION_NOT_FOUND` when the session is not there.
    public void require(Shed shed, SessionName session) {
        if (!exists(shed, session)) {
            throw tmux.missing(shed, session);
        }
    }

    private boolean exists(Shed shed, SessionName session) {
        return tmux.ask(shed, Tmux.has(session)).ok();
    }
}
