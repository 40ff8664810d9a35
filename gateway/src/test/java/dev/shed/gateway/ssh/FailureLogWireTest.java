package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.LoggedFailures;
import java.io.IOException;
import java.time.Duration;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever way somebody is told of a failure, the log has a line of it.
class FailureLogWireTest {
    private static final String DOWN = "unix:///nosuch.sock: No such file or directory";

    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final WireGateway gateway = WireGateway.start(runtime);
    private LoggedFailures logged;

    @BeforeEach
    void listen() {
        logged = LoggedFailures.listen();
    }

    @AfterEach
    void stop() throws IOException {
        logged.close();
        gateway.close();
    }

    private void down() {
        runtime.failing(Failure.engineUnavailable(DOWN, "look at it"));
    }

    private void assertLogged(String line) {
        assertThat(logged.with(line)).singleElement().asString().startsWith("WARN failure told ");
    }

    @ParameterizedTest
    @CsvSource({"shed, list", "shed, list --json", "shed, info demo --json", "demo, true"})
    void aCommand(String login, String command) throws IOException {
        down();
        assertThat(gateway.exec(login, command).status()).isEqualTo(69);
        assertLogged(DOWN);
    }

    @Test
    void aSubsystem() throws IOException {
        down();
        assertThat(gateway.subsystem("demo", "sessions").status()).isEqualTo(69);
        assertLogged(DOWN);
    }

    @ParameterizedTest
    @CsvSource({"sessions", "sessions --json", "sessions demo", "sessions demo --json"})
    void aShedThatDoesNotAnswerForItsSessions(String verb) throws IOException {
        runtime.with("other").in("demo", _ -> FakeProcess.printing("", "", 127));
        assertThat(gateway.exec("shed", verb).status()).isEqualTo(76);
        assertLogged("has no tmux");
    }

    @Test
    void aForward() throws Exception {
        down();
        try (var session = gateway.login("demo")) {
            var channel = session.createDirectTcpipChannel(
                    new SshdSocketAddress("127.0.0.1", 1), new SshdSocketAddress("localhost", 80));
            assertThatThrownBy(() -> channel.open().verify(Duration.ofSeconds(20)))
                    .hasMessageContaining(DOWN);
            gateway.audit().await(AuditEvent.ForwardRefused.class);
        }
        assertLogged(DOWN);
    }

    @Test
    void theList() throws Exception {
        down();
        try (var session = gateway.login("shed")) {
            var picker = new TypedChannel(WireGateway.terminal(session, "xterm-256color"));
            picker.await("does not answer");
            // Each of them makes it look again.
            for (int i = 0; i < 3; i++) {
                picker.type("r");
            }
            picker.type("q");
            assertThat(picker.end()).isZero();
        }
        assertLogged(DOWN);
    }

    @Test
    void whatIsTheCallersOwnIsNoWarning() throws IOException {
        assertThat(gateway.exec("shed", "info nosuch").status()).isEqualTo(66);
        assertThat(logged.with("no shed 'nosuch'"))
                .singleElement()
                .asString()
                .startsWith("INFO request failed ")
                .contains("identity=\"me@laptop\"", "shed=\"\"", "verb=\"info nosuch\"");
    }

    @Test
    void aSecretIsNotLogged() throws IOException {
        assertThat(gateway.exec("shed", "create --env A=hunter2 demo").status()).isEqualTo(73);
        assertThat(gateway.exec("shed", "sennd demo hunter2").status()).isEqualTo(64);
        assertThat(logged.with("SHED_ALREADY_EXISTS")).hasSize(1);
        assertThat(logged.with("USAGE")).hasSize(1);
        assertThat(logged.with("hunter2")).isEmpty();
    }
}
