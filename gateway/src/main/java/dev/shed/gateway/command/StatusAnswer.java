package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.status.GatewayStatus;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.TextTable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The status of the gateway, as printed by the verb `status` and the program `shed-gateway status`.
public record StatusAnswer(GatewayStatus status) {
    private static final ExitStatus DEGRADED = ExitStatus.of(1);

    /// 0, or 1 if there are problems.
    public ExitStatus exitStatus() {
        return status.problems().isEmpty() ? ExitStatus.SUCCESS : DEGRADED;
    }

    /// The status as one line of JSON.
    public String json() {
        return Json.line(status);
    }

    /// The status as text: one line for each item and for each problem.
    public String text() {
        var table = new TextTable("status", status.status());
        status.problems().forEach(problem -> table.row("problem", problem));
        table.row("version", status.version());
        table.row("uptime", uptime(Duration.ofSeconds(status.uptimeSeconds())) + ", since " + status.startedAt());
        var open = status.connections();
        table.row(
                "connections",
                open.loggedIn() + " logged in, " + open.loggingIn() + " logging in, " + open.dropped() + " dropped");
        table.row("channels", open.channels() + ", and " + open.forwards() + " forwards");
        table.row("last minute", lastMinute(status.lastMinute()));
        table.row("engine", status.engine().reachable() ? "answers" : "does not answer");
        table.row("sheds", sheds(status));
        table.row("sessions", sessions(status.sessions()));
        table.row("audit log", audit(status.audit()));
        table.row("recordings", status.recordings().failed() + " failed");
        status.hostKeys().forEach(key -> table.row("host key", hostKey(key)));
        return table.toString();
    }

    private static String uptime(Duration up) {
        if (up.toDays() > 0) {
            return up.toDays() + "d " + up.toHoursPart() + "h";
        }
        return up.toHours() > 0 ? up.toHours() + "h " + up.toMinutesPart() + "m" : up.toMinutes() + "m";
    }

    private static String sheds(GatewayStatus status) {
        var sheds = status.sheds();
        return sheds == null ? "not known" : sheds.running() + " running of " + sheds.all();
    }

    private static String lastMinute(GatewayStatus.LastMinute last) {
        return last.logins() + " logins, " + last.loginsRefused() + " refused, " + last.channels() + " channels, "
                + last.bytesReceived() + " bytes received, " + last.bytesSent() + " bytes sent";
    }

    private static String sessions(GatewayStatus.@Nullable Sessions sessions) {
        if (sessions == null) {
            return "not known";
        }
        var unknown = sessions.unknown() == 0 ? "" : "; " + sessions.unknown() + " sheds do not answer";
        return sessions.attached() + " attached of " + sessions.all() + unknown;
    }

    private static String audit(GatewayStatus.Audit audit) {
        var lost = audit.lost() == 0 ? "" : ", " + audit.lost() + " lines lost since the start";
        return (audit.writing() ? "is written" : "not written since " + audit.since() + ": " + audit.problem()) + lost;
    }

    private static String hostKey(GatewayStatus.HostKey key) {
        var end = key.certificateExpiresAt() == null ? "" : ", certificate until " + key.certificateExpiresAt();
        return key.type() + " " + key.fingerprint() + end;
    }
}
