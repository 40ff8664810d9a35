package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.porter.frame.ExecLink;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;

/// The method by which processes are started in a container. The best one is first.
sealed interface PorterMode {
    /// The path of the porter's program inside the container.
    String program();

    /// How the porter was started, or is started each time.
    Launch launch();

    /// Sends a request to a porter.
    ///
    /// @throws IOException if the porter has ended; nothing was started
    Link open(BareExec engine, Container container, byte[] request) throws IOException, InterruptedException;

    /// A porter stays in the container and connects to the gateway.
    record Resident(Porter porter, Launch launch) implements PorterMode {
        @Override
        public String program() {
            return Container.RUN_DIRECTORY + "/" + RunDirectories.PROGRAM;
        }

        @Override
        public Link open(BareExec engine, Container container, byte[] request)
                throws IOException, InterruptedException {
            return porter.open(request);
        }
    }

    /// The container has no run directory of this gateway, so a porter is started for each process and
    /// communicates over stdio.
    record OnDemand(String program, Launch launch) implements PorterMode {
        @Override
        public Link open(BareExec engine, Container container, byte[] request) throws IOException {
            var argv = launch.argv(program, "--stdio");
            var link = new ExecLink(engine.start(container, launch.user(), argv, Map.of()));
            try {
                link.send(ByteBuffer.wrap(new byte[] {Frames.VERSION}), ByteBuffer.wrap(request));
                return link;
            } catch (IOException e) {
                link.close();
                throw e;
            }
        }
    }

    /// No porter can run in the container, so the engine starts the processes.
    ///
    /// @param why the reason, for display
    /// @param since a time of [System#nanoTime], for a retry in case the reason no longer applies
    record Absent(String why, long since) implements PorterMode {
        private static final long LOOK_AGAIN = Duration.ofMinutes(1).toNanos();

        @Override
        public String program() {
            return "";
        }

        @Override
        public Launch launch() {
            throw new IllegalStateException("there is no porter");
        }

        @Override
        public Link open(BareExec engine, Container container, byte[] request) {
            throw new IllegalStateException("the engine starts these");
        }

        /// The failure if the engine cannot start processes either.
        Failure failure(ShedName shed) {
            return Failure.shedNotReady(
                    shed.value(),
                    "no porter can run in its container: " + FailureText.printable(why),
                    "create the container again with a writable root, or with a volume at " + Porters.VOLUME);
        }

        boolean worthAnotherLook() {
            return System.nanoTime() - since > LOOK_AGAIN;
        }
    }
}
