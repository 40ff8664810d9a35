package dev.shed.gateway.shed;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs short commands in a container and returns their output. A command that takes too long, or prints too
/// much, is hung up, so that no shed can delay the caller.
public final class ContainerCommands {
    /// The default time limit: a hundred times what a command usually takes, and about as long as a user
    /// waits.
    public static final Duration LIMIT = Duration.ofSeconds(10);

    /// How long the thread of an interrupted command may take to end before the caller returns without it.
    private static final Duration GRACE = Duration.ofSeconds(1);

    /// Limit on the output, in bytes: more than a list of thousands of sessions.
    private static final int MAX_ANSWER = 4 * 1024 * 1024;

    /// Limit on text from a container in a message, in characters: more than any error message of tmux or
    /// git.
    private static final int MAX_SHOWN = 1000;

    private final ContainerRuntime runtime;

    public ContainerCommands(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /// A command to run.
    ///
    /// @param input its standard input
    /// @param limit how long it may take
    /// @param arrived run when the container has received the command
    public record Command(
            Program.Argv argv, Map<String, String> environment, ByteString input, Duration limit, Runnable arrived) {
        public static Command of(List<String> argv) {
            return of(new Program.Argv(argv));
        }

        public static Command of(Program.Argv argv) {
            return new Command(argv, Map.of(), ByteString.EMPTY, LIMIT, () -> {});
        }

        public Command with(Map<String, String> variables) {
            return new Command(argv, variables, input, limit, arrived);
        }

        public Command reading(ByteString text) {
            return new Command(argv, environment, text, limit, arrived);
        }

        public Command within(Duration time) {
            return new Command(argv, environment, input, time, arrived);
        }

        public Command telling(Runnable whenArrived) {
            return new Command(argv, environment, input, limit, whenArrived);
        }
    }

    /// The result of a command.
    ///
    /// @param err the beginning of its standard error
    public record Answer(ExitStatus status, String out, String err) {
        public boolean ok() {
            return status.equals(ExitStatus.SUCCESS);
        }

        /// Whether the program does not exist or cannot be executed: statuses 126 and 127, from the engine or
        /// from a shell (POSIX, XCU 2.8.2).
        public boolean noSuchProgram() {
            return status.code() == 126 || status.code() == 127;
        }
    }

    /// Runs a command as the shed's user. Fails with `SHED_NOT_READY` if the shed does not answer in time or
    /// stops.
    public Answer run(Shed shed, Command command) {
        var out = new ByteArrayOutputStream();
        try {
            var answer = run(shed, command, new LimitedOutput(out, MAX_ANSWER));
            return new Answer(answer.status(), out.toString(StandardCharsets.UTF_8), answer.err());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether a command has failed because it took too long: the shed may answer the next time.
    public static boolean isTimeout(ShedException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                return true;
            }
        }
        return false;
    }

    /// Runs a command and copies its output to `out` as it arrives. The time that writing to `out` takes does
    /// not count towards the limit.
    ///
    /// @throws IOException if `out` cannot be written
    public Answer stream(Shed shed, Command command, OutputStream out) throws IOException {
        return run(shed, command, new LimitedOutput(out, Long.MAX_VALUE));
    }

    private Answer run(Shed shed, Command command, LimitedOutput out) throws IOException {
        var question = new FutureTask<>(() -> ask(shed, command, out));
        var thread = Thread.ofVirtual().name("command-" + shed.name()).start(question);
        try {
            return await(question, command.limit().toNanos(), out);
        } catch (TimeoutException e) {
            throw notReady(shed, "it did not answer within " + seconds(command.limit()), e);
        } catch (ExecutionException e) {
            throw failed(shed, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notReady(shed, "interrupted", e);
        } finally {
            end(thread);
        }
    }

    private static Answer await(FutureTask<Answer> question, long limit, LimitedOutput out)
            throws InterruptedException, ExecutionException, TimeoutException {
        long begun = System.nanoTime();
        long left = limit;
        while (true) {
            try {
                return question.get(left, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                left = limit - (System.nanoTime() - begun - out.nanos());
                if (left <= 0) {
                    throw e;
                }
            }
        }
    }

    private Answer ask(Shed shed, Command command, LimitedOutput out) throws IOException, InterruptedException {
        var spec = new ExecSpec(
                shed.container(), command.argv(), command.environment(), Optional.empty(), Optional.empty());
        var err = new ByteArrayOutputStream();
        try (var process = runtime.start(spec)) {
            command.arrived().run();
            process.give(command.input().bytes());
            process.copyOutput(out, new LimitedOutput(err, MAX_ANSWER));
            return new Answer(process.waitFor(), "", beginning(err.toString(StandardCharsets.UTF_8)));
        }
    }

    /// The beginning of a text, short enough for a message.
    public static String beginning(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    private static ShedException failed(Shed shed, ExecutionException e) throws IOException {
        return switch (e.getCause()) {
            case ShedException known -> new ShedException(known.failure(), known);
            case LimitedOutput.FullException full ->
                notReady(shed, "it answers with more than " + MAX_ANSWER + " bytes", full);
            case LimitedOutput.BrokenException broken -> throw broken.why();
            case IOException gone -> notReady(shed, "its container went away", gone);
            case RejectedExecutionException closed -> notReady(shed, "the gateway is being stopped", closed);
            case null, default -> throw new IllegalStateException("a command that failed by our own defect", e);
        };
    }

    private static void end(Thread thread) {
        thread.interrupt();
        try {
            thread.join(GRACE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String seconds(Duration limit) {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    private static ShedException notReady(Shed shed, String why, Exception cause) {
        return new ShedException(Failure.shedNotReady(shed.name().value(), why), cause);
    }
}
