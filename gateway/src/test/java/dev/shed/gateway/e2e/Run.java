package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs programs on this machine to their end.
final class Run {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /// Gives every signal its default back: what is started in the background of a script ignores SIGINT, under nohup
    /// SIGHUP, and so does whatever it starts, unless told otherwise.
    private static final List<String> DISPOSITIONS = List.of("env", "--default-signal");

    static {
        // What a failed test has left would go on, and hold the pipe that Maven reads to its end.
        Runtime.getRuntime().addShutdownHook(new Thread(Run::killAll));
    }

    private Run() {}

    private static void killAll() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    /// A builder for a program that takes signals as it would at a terminal, however this one was started.
    static ProcessBuilder builder(String... words) {
        return new ProcessBuilder(
                Stream.concat(DISPOSITIONS.stream(), Stream.of(words)).toList());
    }

    /// What a program left.
    ///
    /// @param output its stdout, read-only
    record Result(int status, ByteBuffer output, String err) {
        String out() {
            return UTF_8.decode(output.duplicate()).toString();
        }

        byte[] bytes() {
            var copy = new byte[output.remaining()];
            output.duplicate().get(copy);
            return copy;
        }

        /// What it said, on stdout and stderr.
        String said() {
            return out() + err;
        }

        /// Its stdout, when it ended with status 0; fails otherwise.
        String orFail() {
            if (status != 0) {
                throw new AssertionError("status " + status + ": " + said());
            }
            return out();
        }
    }

    /// What a listing prints once its shed is quick enough to tell what its agents do; until then its status is 75.
    static String whole(Callable<Result> listing) throws Exception {
        return Await.get("a whole listing", Await.PATIENCE, listing, answer -> answer.status() != 75)
                .orFail();
    }

    static Result run(List<String> words) throws IOException {
        return run(builder(words.toArray(String[]::new)), new byte[0]);
    }

    /// Runs to the end with `input` on stdin; fails, and kills it, when that takes too long.
    static Result run(ProcessBuilder builder, byte[] input) throws IOException {
        var process = builder.start();
        var out = read(process.getInputStream());
        var err = read(process.getErrorStream());
        var in = Thread.ofVirtual().start(() -> write(process, input));
        try {
            return new Result(
                    status(process), ByteBuffer.wrap(soon(out)).asReadOnlyBuffer(), new String(soon(err), UTF_8));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ": " + builder.command(), e);
        } finally {
            kill(process);
            in.interrupt();
        }
    }

    /// One that has ended has no descendants, and looking for them reads all of /proc several times.
    private static void kill(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
        }
        process.destroyForcibly();
    }

    /// Waits for a program's end and returns its status; fails, and kills it, when that takes too long.
    static int status(Process process) throws IOException {
        try {
            return soon(begin(process::waitFor));
        } catch (AssertionError e) {
            kill(process);
            throw e;
        }
    }

    /// The next line that a program says, or null at the end; fails when that takes too long.
    static @Nullable String line(BufferedReader from) throws IOException {
        return soon(begin(from::readLine));
    }

    /// Takes no longer than a test has patience, whatever a program of the program's own does with a pipe.
    private static <T> T soon(FutureTask<T> task) throws IOException {
        try {
            return task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + LIMIT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            task.cancel(true);
        }
    }

    static FutureTask<byte[]> read(InputStream from) {
        return begin(from::readAllBytes);
    }

    private static <T> FutureTask<T> begin(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static void write(Process process, byte[] input) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
