package dev.shed.cli.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Runs a program as a child process.
public final class SshProcess {
    /// The exit status of ssh if it fails itself; a remote command may have the same.
    public static final int SSH_FAILED = 255;

    /// The exit status of `timeout(1)` at a timeout.
    public static final int TIMED_OUT = 124;

    private static final int NOT_FOUND = 127;

    private SshProcess() {}

    /// The result of a program.
    ///
    /// @param status its exit status; [#TIMED_OUT] after a timeout
    /// @param out its stdout
    /// @param err its stderr
    public record Answer(int status, String out, String err) {}

    /// Runs a program on this process's own streams.
    public static int passThrough(SshCommand command) throws IOException, InterruptedException {
        var process = builder(command).inheritIO().start();
        // If this process is killed, the child is ended, too.
        var end = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(end);
        return process.waitFor();
    }

    /// Runs a program without input and returns its output.
    public static Answer ask(SshCommand command, Duration patience) throws InterruptedException {
        try {
            return answer(builder(command).start(), patience);
        } catch (IOException e) {
            return new Answer(NOT_FOUND, "", String.valueOf(e.getMessage()));
        }
    }

    /// A builder with the command's arguments and variables.
    public static ProcessBuilder builder(SshCommand command) {
        var builder = new ProcessBuilder(command.words());
        builder.environment().keySet().removeAll(Variables.ALL);
        builder.environment().putAll(command.environment());
        return builder;
    }

    private static Answer answer(Process process, Duration patience) throws IOException, InterruptedException {
        process.getOutputStream().close();
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var out = tasks.submit(reading(process.getInputStream()));
            var err = tasks.submit(reading(process.getErrorStream()));
            boolean ended = waitFor(process, patience);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            return new Answer(ended ? process.exitValue() : TIMED_OUT, text(out), text(err));
        }
    }

    /// Waits for a process, and ends it if this thread is interrupted.
    private static boolean waitFor(Process process, Duration patience) throws InterruptedException {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Callable<String> reading(InputStream stream) {
        return () -> new String(stream.readAllBytes(), UTF_8);
    }

    private static String text(Future<String> reader) throws IOException, InterruptedException {
        try {
            return reader.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
