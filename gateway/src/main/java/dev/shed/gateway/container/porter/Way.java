package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// How processes are started in one container, best first.
sealed interface Way {
    /// Where processes can see the program that they are started by.
    String program();

    /// A porter stays in the container and dials the gateway.
    record Resident(Porter porter) implements Way {
        @Override
        public String program() {
            return Container.RUN_DIRECTORY + "/" + RunDirectories.PROGRAM;
        }
    }

    /// The container has no run directory of ours: a porter is started for each process and speaks over stdio.
    record OnDemand(String program) implements Way {
        /// Starts a porter for one task, and sends it the request.
        Link open(BareExec engine, Container container, Duration grace, byte[] request) throws IOException {
            var argv = List.of(
                    program,
                    "--mark",
                    engine.mark(),
                    "--stdio",
                    "--sockets",
                    Container.SOCKETS,
                    "--grace",
                    Long.toString(grace.toMillis()));
            var link = new ExecLink(engine.start(container, argv, Map.of()));
            try {
                link.send(ByteBuffer.wrap(new byte[] {Frames.VERSION}), ByteBuffer.wrap(request));
                return link;
            } catch (IOException e) {
                link.close();
                throw e;
            }
        }
    }

    /// No porter can run there: the engine itself starts the processes.
    ///
    /// @param since by [System#nanoTime]; the reason may pass
    record Absent(long since) implements Way {
        private static final long LOOK_AGAIN = Duration.ofMinutes(1).toNanos();

        @Override
        public String program() {
            return "";
        }

        boolean worthAnotherLook() {
            return System.nanoTime() - since > LOOK_AGAIN;
        }
    }
}
