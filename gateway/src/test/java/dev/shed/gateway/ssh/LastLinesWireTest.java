package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the audit log says last when the gateway stops.
class LastLinesWireTest {
    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final WireGateway gateway = WireGateway.start(runtime);

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    @Test
    void aGatewayThatStopsWritesTheEndsOfAllAndThenItsOwn() throws Exception {
        // It takes its time to die, as what has to save something does.
        runtime.programs(_ -> Optional.of(new FakeProcess((process, _) -> {
            process.awaitClosed();
            TimeUnit.MILLISECONDS.sleep(300);
            return new ExitStatus.Signalled("HUP", false);
        })));
        try (var session = gateway.login("demo")) {
            session.createExecChannel("x").open().verify(20_000);
            gateway.audit().await(AuditEvent.ChannelStarted.class);

            gateway.stop();

            assertThat(gateway.audit().events())
                    .startsWith(new AuditEvent.GatewayStarted("development"))
                    .endsWith(new AuditEvent.GatewayStopped(0))
                    .hasAtLeastOneElementOfType(AuditEvent.ChannelEnded.class)
                    .hasAtLeastOneElementOfType(AuditEvent.ConnectionClosed.class);
        }
    }
}
