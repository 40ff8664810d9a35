package dev.shed.gateway.shed;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.tmux.Tmux;
import dev.shed.gateway.tmux.TmuxSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tmux sessions of a running shed, asked for and ended by short processes in its container.
public final class Sessions {
    /// The wrapper shell's status for a program that is not there (POSIX, XCU 2.8.2).
    private static final ExitStatus NOT_FOUND = ExitStatus.of(127);

    /// What the engine itself reports for a program that it cannot find.
    private static final ExitStatus NOT_STARTED = ExitStatus.of(126);

    /// More than a listing of thousands of sessions; a container that sends more than this is not telling about
    /// tmux.
    private static final int MAX_ANSWER = 4 * 1024 * 1024;

    private final ContainerRuntime runtime;
    private final String directory;

    /// @param directory where a new session starts
    public Sessions(ContainerRuntime runtime, String directory) {
        this.runtime = runtime;
        this.directory = directory;
    }

    /// The sessions of a shed; none when it is stopped (and it is not started to find out). Fails with
    /// `TMUX_MISSING` or `SHED_NOT_READY`.
    public List<TmuxSession> list(Shed shed) {
        if (shed.container().state() == Container.State.STOPPED) {
            return List.of();
        }
        var answer = ask(shed, Tmux.list());
        if (answer.status().equals(ExitStatus.SUCCESS)) {
            return parse(shed, answer.out());
        }
        if (Tmux.saysNoServer(answer.err())) {
            return List.of();
        }
        throw new ShedException(new Failure.ShedNotReady(
                shed.name().value(), "tmux says: " + answer.err().strip()));
    }

    /// Creates a session that must not exist yet, to be attached to at `size`; `SESSION_ALREADY_EXISTS` when it
    /// does.
    public void create(Shed shed, SessionName session, WindowSize size, Map<String, String> environment) {
        var answer = ask(shed, Tmux.create(size, session, directory), environment);
        if (answer.status().equals(ExitStatus.SUCCESS)) {
            return;
        }
        if (exists(shed, session)) {
            throw new ShedException(new Failure.SessionAlreadyExists(shed.name().value(), session.value()));
        }
        throw new ShedException(new Failure.ShedNotReady(
                shed.name().value(), "tmux says: " + answer.err().strip()));
    }

    /// Ends a session; `SESSION_NOT_FOUND` when it is not there, as in a stopped shed.
    public void kill(Shed shed, SessionName session) {
        boolean stopped = shed.container().state() == Container.State.STOPPED;
        if (stopped || !ask(shed, Tmux.kill(session)).status().equals(ExitStatus.SUCCESS)) {
            throw new ShedException(new Failure.SessionNotFound(shed.name().value(), session.value()));
        }
    }

    /// Fails with `SESSION_NOT_FOUND` when the session is not there.
    public void require(Shed shed, SessionName session) {
        if (!exists(shed, session)) {
            throw new ShedException(new Failure.SessionNotFound(shed.name().value(), session.value()));
        }
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
        return ask(shed, Tmux.has(session)).status().equals(ExitStatus.SUCCESS);
    }

    private record Answer(ExitStatus status, String out, String err) {}

    private Answer ask(Shed shed, List<String> argv) {
        return ask(shed, argv, Map.of());
    }

    private Answer ask(Shed shed, List<String> argv, Map<String, String> environment) {
        var spec =
                new ExecSpec(shed.container(), new Program.Argv(argv), environment, Optional.empty(), Optional.empty());
        var out = new BoundedBuffer();
        var err = new BoundedBuffer();
        try (var process = runtime.start(spec)) {
            process.stdin().close();
            process.copyOutput(out, err);
            var status = process.waitFor();
            if (status.equals(NOT_FOUND) || status.equals(NOT_STARTED)) {
                throw new ShedException(new Failure.TmuxMissing(shed.name().value()));
            }
            return new Answer(status, out.toString(), err.toString());
        } catch (IOException e) {
            throw new ShedException(new Failure.ShedNotReady(shed.name().value(), "its container went away"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShedException(new Failure.ShedNotReady(shed.name().value(), "interrupted"), e);
        }
    }

    private static final class BoundedBuffer extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            if (bytes.size() + length > MAX_ANSWER) {
                throw new IOException("answer longer than " + MAX_ANSWER + " bytes");
            }
            bytes.write(source, offset, length);
        }

        @Override
        public String toString() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
