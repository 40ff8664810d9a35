package dev.shed.gateway.ssh;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.Attachments;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connects a channel with a process until the process has ended and all its output is sent. End-of-file
/// from the client is end-of-file for the process, and no more than that; a client that goes hangs the
/// process up.
final class StreamBridge {
    private static final Logger LOG = LoggerFactory.getLogger(StreamBridge.class);

    private final ContainerRuntime runtime;
    private final Attachments attachments;

    StreamBridge(ContainerRuntime runtime, Attachments attachments) {
        this.runtime = runtime;
        this.attachments = attachments;
    }

    /// Starts the process and returns how it ended. Blocks for as long as it runs.
    ExitStatus run(Login login, ExecSpec spec, ChannelStreams streams) throws IOException, InterruptedException {
        return run(
                login,
                spec,
                streams,
                new Outputs(streams.out().unhurried(), streams.err().unhurried()));
    }

    /// Where the process's output goes. It is flushed when there is no more to come for the moment.
    record Outputs(OutputStream out, OutputStream err) {}

    /// The same with its output going elsewhere.
    ExitStatus run(Login login, ExecSpec spec, ChannelStreams streams, Outputs outputs)
            throws IOException, InterruptedException {
        var threads = Thread.ofVirtual()
                .name(Thread.currentThread().getName() + "/in")
                .factory();
        // Closed in reverse: the process first, which wakes a blocked writer; then the thread, which is interrupted
        // if it waits for the client.
        try (var input = new InputThread(threads);
                var process = runtime.start(spec);
                var _ = attachments.add(spec.container().id(), process, login.who())) {
            streams.connect(
                    process, spec.terminal().map(ExecSpec.Terminal::size).orElseGet(streams::size));
            input.start(() -> copyInput(streams.in(), process));
            process.copyOutput(outputs.out(), outputs.err());
            outputs.out().flush();
            outputs.err().flush();
            return process.waitFor();
        } catch (ProcessLostException e) {
            throw new ShedException(
                    new Failure.ShedNotReady(spec.container().shed().value(), lost(e)), e);
        } finally {
            streams.disconnect();
        }
    }

    private static String lost(ProcessLostException e) {
        return e.getMessage() + "; log in again";
    }

    private record InputThread(ExecutorService executor) implements AutoCloseable {
        InputThread(ThreadFactory threads) {
            this(Executors.newThreadPerTaskExecutor(threads));
        }

        void start(Runnable task) {
            executor.execute(task);
        }

        @Override
        public void close() {
            executor.shutdownNow();
            executor.close();
        }
    }

    private static void copyInput(InputQueue in, ContainerProcess process) {
        try {
            if (!takesAll(in, process)) {
                discard(in);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("window not given back");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// False when the process does not read any more, as `head` does not; its output is still to come.
    private static boolean takesAll(InputQueue in, ContainerProcess process) throws InterruptedException {
        try (var stdin = process.stdin()) {
            for (var chunk = in.take(); chunk != null; chunk = in.take()) {
                stdin.write(chunk);
                in.passedOn(chunk.length);
            }
            return true;
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("input not taken");
            return false;
        }
    }

    /// Takes what comes for as long as the process runs. The queue itself stays as it is: after a session the list of
    /// sessions reads from it, and a write that the end of the process has interrupted looks like one that failed.
    private static void discard(InputQueue in) throws IOException, InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            var chunk = in.take();
            if (chunk == null) {
                return;
            }
            in.passedOn(chunk.length);
        }
    }
}
