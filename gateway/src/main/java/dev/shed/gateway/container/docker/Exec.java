package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.command.InspectExecResponse;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.ExecStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// One exec of the engine.
///
/// @param containerId the container that it runs in
/// @param id the engine's id of the exec
/// @param terminal whether it has a PTY
record Exec(EngineClient engine, String containerId, String id, boolean terminal) {
    /// The polling interval for state changes that the engine does not report.
    static final Duration INTERVAL = Duration.ofMillis(10);

    /// The state of an exec: not started, running, or ended with a status.
    ///
    /// @param hostPid the process's id on the engine's host; 0 until it exists
    /// @param arguments the arguments it was created with, without the program
    /// @param user the user it was created for; empty for the container's default
    record State(
            boolean running,
            OptionalInt exitCode,
            long hostPid,
            boolean terminal,
            List<String> arguments,
            Optional<String> user) {
        /// An exec that has not started also counts as not running, but has no exit status yet.
        boolean ended() {
            return !running && exitCode.isPresent();
        }

        boolean neverRan() {
            return ended() && hostPid == 0;
        }
    }

    State state() {
        return engine.ask(docker -> state(docker.inspectExecCmd(id).exec()));
    }

    ExecStream open() {
        return engine.ask(_ -> engine.open(id, terminal));
    }

    void resize(WindowSize size) {
        engine.ask(docker ->
                docker.resizeExecCmd(id).withSize(size.rows(), size.columns()).exec());
    }

    /// Polls until `wanted` is true; empty if that takes longer than `limit`.
    Optional<State> await(Predicate<State> wanted, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        do {
            var state = state();
            if (wanted.test(state)) {
                return Optional.of(state);
            }
            Thread.sleep(INTERVAL);
        } while (System.nanoTime() < end);
        return Optional.empty();
    }

    /// Runs a short command in a container and returns its exit status.
    ///
    /// @param user empty for the container's default
    static int run(EngineClient engine, String containerId, Optional<String> user, String... argv)
            throws InterruptedException {
        var id = engine.ask(docker -> {
            var create = docker.execCreateCmd(containerId)
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .withWorkingDir("/")
                    .withCmd(argv);
            return user.map(create::withUser).orElse(create).exec().getId();
        });
        var exec = new Exec(engine, containerId, id, false);
        engine.ask(_ -> {
            try (var stream = engine.open(id, false)) {
                stream.copyOutput(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
            }
            return id;
        });
        return exec.await(State::ended, engine.timeout())
                .map(State::exitCode)
                .orElse(OptionalInt.empty())
                .orElse(-1);
    }

    private static State state(InspectExecResponse answer) {
        var status = answer.getExitCodeLong();
        var pid = answer.getPidLong();
        return new State(
                Boolean.TRUE.equals(answer.isRunning()),
                status == null ? OptionalInt.empty() : OptionalInt.of(status.intValue()),
                pid == null ? 0 : pid,
                Boolean.TRUE.equals(answer.getProcessConfig().isTty()),
                answer.getProcessConfig().getArguments(),
                Optional.ofNullable(answer.getProcessConfig().getUser()).filter(user -> !user.isEmpty()));
    }
}
