package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// Runs programs on this machine to their end.
final class Run {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Run() {}

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

    static Result run(List<String> words) throws IOException {
        return run(new ProcessBuilder(words), new byte[0]);
    }

    /// Runs to the end with `input` on stdin; fails, and kills it, when that takes too long.
    static Result run(ProcessBuilder builder, byte[] input) throws IOException {
        var process = builder.start();
        var out = read(process.getInputStream());
        var err = read(process.getErrorStream());
        var in = Thread.ofVirtual().start(() -> write(process, input));
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + builder.command());
            }
            return new Result(
                    process.exitValue(), ByteBuffer.wrap(out.get()).asReadOnlyBuffer(), new String(err.get(), UTF_8));
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + builder.command());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            in.interrupt();
        }
    }

    static FutureTask<byte[]> read(InputStream from) {
        var task = new FutureTask<>(from::readAllBytes);
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
