package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Duration;

/// The method by which processes are started in a container.
sealed interface PorterMode {
    /// The path of the porter's program inside the container.
    String program();

    /// How the porter was started.
    Launch launch();

    /// The version of the porter's protocol.
    default byte version() {
        return Frames.VERSION;
    }

    /// Has the porter copy the bytes of terminals from now on, and not pass them.
    default void keepTerminals() {}

    /// Takes a connection that takes another request.
    default void giveBack(Link link) {
        link.close();
    }

    /// Sends a request to the porter.
    ///
    /// @throws IOException if the porter has ended; nothing was started
    Link open(byte[] request) throws IOException, InterruptedException;

    /// A porter stays in the container.
    record Resident(Porter porter, String program, Launch launch) implements PorterMode {
        @Override
        public Link open(byte[] request) throws IOException, InterruptedException {
            return porter.open(request);
        }

        @Override
        public byte version() {
            return porter.version();
        }

        @Override
        public void keepTerminals() {
            porter.keepTerminals();
        }

        @Override
        public void giveBack(Link link) {
            porter.giveBack(link);
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
        public Link open(byte[] request) {
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
