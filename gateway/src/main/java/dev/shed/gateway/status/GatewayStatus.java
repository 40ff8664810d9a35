package dev.shed.gateway.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state of the gateway. The component names are the field names of its JSON (docs/spec.md).
///
/// @param status `ok`, or `degraded` while there are `problems`
/// @param problems what the operator has to solve
/// @param sheds null if the engine does not answer
/// @param sessions null if the engine does not answer, or the sheds do not answer in time
/// @param time the gateway's time
public record GatewayStatus(
        String status,
        List<String> problems,
        String version,
        String startedAt,
        long uptimeSeconds,
        Connections connections,
        LastMinute lastMinute,
        @Nullable Sheds sheds,
        @Nullable Sessions sessions,
        Engine engine,
        Audit audit,
        Recordings recordings,
        List<HostKey> hostKeys,
        String time) {
    /// The numbers of open connections, channels and forwards.
    ///
    /// @param loggingIn connections that have not logged in; through a proxy they count from the PROXY header
    /// on
    /// @param dropped how many connections were rejected since the gateway was started
    public record Connections(long loggedIn, long loggingIn, long dropped, long channels, long forwards) {}

    /// What has happened in the last minute.
    ///
    /// @param channels that ended
    /// @param bytesReceived from clients, by channels and forwards that ended
    /// @param bytesSent to clients, as above
    public record LastMinute(long logins, long loginsRefused, long channels, long bytesReceived, long bytesSent) {}

    /// The numbers of sheds that the user may see.
    public record Sheds(long running, long all) {}

    /// The numbers of sessions in these sheds.
    ///
    /// @param unknown how many running sheds did not tell theirs
    public record Sessions(long attached, long all, long unknown) {}

    /// The container engine.
    ///
    /// @param problem why it does not answer; null if it does
    public record Engine(boolean reachable, @Nullable String problem) {}

    /// The audit log.
    ///
    /// @param since when the first of the lines that are missing now was lost; null while lines can be
    /// written
    /// @param lost how many lines were lost since the gateway was started
    public record Audit(
            boolean writing,
            @Nullable String since,
            @Nullable String problem,
            long lost) {}

    /// The recordings of sessions.
    ///
    /// @param failed how many could not begin, or ended early, since the gateway was started
    /// @param problem why the last recording failed; null if another one has been written since
    public record Recordings(long failed, @Nullable String problem) {}

    /// A host key of the gateway.
    ///
    /// @param certificateExpiresAt null without a certificate, and for one without an expiry
    public record HostKey(
            String type, String fingerprint, @Nullable String certificateExpiresAt) {}

    /// Copies the lists.
    public GatewayStatus {
        problems = List.copyOf(problems);
        hostKeys = List.copyOf(hostKeys);
    }
}
