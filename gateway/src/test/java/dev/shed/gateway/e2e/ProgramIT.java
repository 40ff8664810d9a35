package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The gateway as a program of a machine: its signals, and the locale that it is started in.
class ProgramIT {
    private ChildGateway gateway;

    @BeforeEach
    void start() throws IOException {
        // Its digits are not ASCII's, and its calendar is not everybody's.
        gateway = ChildGateway.start("-Duser.language=fa", "-Duser.country=IR");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private void configure(String lines) throws IOException {
        Files.writeString(gateway.place().path("gateway.yaml"), lines, StandardOpenOption.APPEND);
    }

    @Test
    void hangupReadsTheConfigurationAgainAndEndsNothing() throws Exception {
        var name = gateway.place().newName();
        try (var master = new Held(gateway.place())) {
            configure("shed:\n  image: shed-nosuch:latest\n  user: nobody\n");
            gateway.signal("HUP");
            assertThat(gateway.line())
                    .isEqualTo("shed-gateway: the configuration was read again; these keys take effect after a restart:"
                            + " shed.user");
            var refused = gateway.ssh("shed@gw", "create " + name);
            assertThat(refused.status()).as(refused.said()).isNotZero();
            assertThat(refused.said()).contains("shed-nosuch:latest");
            configure("shed: [\n");
            gateway.signal("HUP");
            Await.until(
                    "told of what is wrong",
                    () -> Files.readString(gateway.place().path("gateway.log")).contains("is not used\nshed: "));
            gateway.signal("USR1");
            assertThat(gateway.ssh("shed@gw", "whoami").orFail()).contains("admin");
            assertThat(master.isOpen()).isTrue();
        }
    }

    @Test
    void noLocaleReachesWhatItWrites() throws Exception {
        var shed = gateway.place().newShed();
        // Others' sheds would take the place on the screen.
        gateway.place().authorize("own", "sheds=\"" + shed + "\"");
        gateway.place().listensAt(gateway.place().port());
        try (var terminal = Terminal.ssh(gateway.place(), "shed@gw-own")) {
            assertThat(terminal.await(shed)).isASCII();
            terminal.press("q");
            assertThat(terminal.status()).isZero();
        }
        assertThat(gateway.ssh("shed@gw-own", "list").orFail()).isASCII().contains("running");
        // The engine and tmux are told numbers, too.
        try (var follower = Follower.of(gateway.place(), shed)) {
            Place.inside(shed, "tmux", "new-session", "-d", "-s", "one").orFail();
            follower.await("session-created", "one");
        }
    }

    /// A connection that was there before.
    private static final class Held implements AutoCloseable {
        private final Process client;

        Held(Place place) throws Exception {
            var socket = place.path("held");
            client =
                    place.client("-M", "-S", socket.toString(), "-N", "shed@gw").start();
            Await.until("the connection", () -> Files.exists(socket));
        }

        boolean isOpen() {
            return client.isAlive();
        }

        @Override
        public void close() throws IOException {
            client.destroy();
            Run.status(client);
        }
    }
}
