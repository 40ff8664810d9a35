package dev.shed.gateway.ssh.session;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.recording.Participant;
import dev.shed.gateway.shed.session.AttachedClients;
import dev.shed.gateway.ssh.connection.Login;
import dev.shed.gateway.ssh.connection.LoginStage;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.UnaryOperator;

/// Connects a channel to a process until the process has ended and all its output is sent. End-of-file from
/// the client closes only the process's stdin. When the client vanishes, the process is closed.
public final class StreamBridge {
    private final ContainerRuntime runtime;
    private final AttachedClients attachedClients;
    private final LoginStage.Listener stages;

    public StreamBridge(ContainerRuntime runtime, AttachedClients attachedClients, LoginStage.Listener stages) {
        this.runtime = runtime;
        this.attachedClients = attachedClients;
        this.stages = stages;
    }

    /// Starts the process and returns how it ended. Blocks for as long as it runs.
    public ExitStatus run(Login login, ExecSpec spec, ChannelStreams streams) throws IOException, InterruptedException {
        return run(login, spec, streams, outputs(streams));
    }

    /// The same, and also records the client's input and output.
    public ExitStatus run(Login login, ExecSpec spec, ChannelStreams streams, Participant client)
            throws IOException, InterruptedException {
        return run(login, spec, streams, outputs(streams), client::around);
    }

    private static Outputs outputs(ChannelStreams streams) {
        return new Outputs(streams.out().buffered(), streams.err().buffered());
    }

    /// The destinations of the process's output. They are flushed when no more output is available for the
    /// moment.
    public record Outputs(OutputStream out, OutputStream err) {}

    /// The same with other destinations for the output.
    public ExitStatus run(Login login, ExecSpec spec, ChannelStreams streams, Outputs outputs)
            throws IOException, InterruptedException {
        return run(login, spec, streams, outputs, UnaryOperator.identity());
    }

    private ExitStatus run(
            Login login, ExecSpec spec, ChannelStreams streams, Outputs outputs, UnaryOperator<ContainerProcess> around)
            throws IOException, InterruptedException {
        var threads = Thread.ofVirtual()
                .name(Thread.currentThread().getName() + "/in")
                .factory();
        // Closed in reverse order: closing the process unblocks a blocked writer, then the thread is
        // interrupted if it waits for the client.
        try (var input = new InputThread(threads);
                var process = around.apply(started(spec));
                var _ = attachedClients.add(spec.container(), process, login.who(), login.identity())) {
            var bridged = new BridgedProcess(process, streams.in());
            streams.connect(
                    bridged, spec.terminal().map(ExecSpec.Terminal::size).orElseGet(streams::size));
            input.start(bridged::copyInput);
            return copy(process, bridged, outputs);
        } catch (ProcessLostException e) {
            throw new ShedException(Failure.shedNotReady(spec.container().shed().value(), lost(e)), e);
        } finally {
            streams.disconnect();
        }
    }

    private ContainerProcess started(ExecSpec spec) {
        long began = System.nanoTime();
        var process = runtime.start(spec);
        stages.ended(LoginStage.PROCESS, Duration.ofNanos(System.nanoTime() - began));
        return process;
    }

    private static ExitStatus copy(ContainerProcess process, BridgedProcess bridged, Outputs outputs)
            throws IOException, InterruptedException {
        try {
            var out = bridged.output(outputs.out());
            var err = bridged.output(outputs.err());
            process.copyOutput(out, err);
            out.flush();
            err.flush();
            var status = process.waitFor();
            if (bridged.isClientGone()) {
                throw new PeerGoneException();
            }
            return status;
        } catch (IOException e) {
            // After the client has vanished, the error of its process cannot be reported.
            throw bridged.isClientGone() ? new PeerGoneException(e) : e;
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
}
