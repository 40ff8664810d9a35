package dev.shed.gateway.command;

import dev.shed.gateway.audit.CountingAuditLog;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.recording.Recordings;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.status.GatewayStatus;
import dev.shed.gateway.status.StatusReport;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// The status of a gateway with nothing but sheds and their sessions.
final class TestReport {
    private TestReport() {}

    static StatusReport of(Sheds sheds, SessionQuery query, Clock clock) {
        return new StatusReport(
                new StatusReport.Parts(
                        "0.1.0",
                        sheds,
                        query,
                        new CountingAuditLog(_ -> {}),
                        () -> new Recordings.Failures(0, Optional.empty()),
                        () -> List.of(new GatewayStatus.HostKey("ssh-ed25519", "SHA256:abc", null))),
                clock);
    }
}
