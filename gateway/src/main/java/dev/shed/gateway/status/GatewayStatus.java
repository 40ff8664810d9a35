package dev.shed.gateway.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the gateway is. The component names are the fields of its JSON (docs/spec.md).
///
/// @param status `ok`, or `degraded` while there are `problems`
/// @param problems what somebody should do something about
/// @param sheds null when the engine does not tell
/// @param time the gateway's
public record GatewayStatus(
        String status,
        List<String> problems,
        String version,
        String startedAt,
        long uptimeSeconds,
        Connections connections,
        @Nullable Sheds sheds,
        Engine engine,
        Audit audit,
        Recordings recordings,
        List<HostKey> hostKeys,
        String time) {
    /// What is open now.
    ///
    /// @param loggingIn those that have not logged in, a proxy's before it has said who is there not among them
    /// @param dropped how many were not let in since the gateway was started
    public record Connections(long loggedIn, long loggingIn, long dropped, long channels, long forwards) {}

    /// The sheds that whoever asks may see.
    public record Sheds(long running, long all) {}

    /// The container engine.
    ///
    /// @param problem why it does not answer; null when it does
    public record Engine(boolean reachable, @Nullable String problem) {}

    /// The audit log.
    ///
    /// @param since when the first line was lost of those that are missing now; null while it is written
    /// @param lost how many lines were lost since the gateway was started
    public record Audit(
            boolean writing,
            @Nullable String since,
            @Nullable String problem,
            long lost) {}

    /// What is recorded of sessions.
    ///
    /// @param failed how many could not begin, or ended early, since the gateway was started
    /// @param problem of the last one that was written; null if that went well
    public record Recordings(long failed, @Nullable String problem) {}

    /// A key that the gateway proves itself with.
    ///
    /// @param certificateExpiresAt null without a certificate, and for one that holds for ever
    public record HostKey(
            String type, String fingerprint, @Nullable String certificateExpiresAt) {}

    /// Keeps copies.
    public GatewayStatus {
        problems = List.copyOf(problems);
        hostKeys = List.copyOf(hostKeys);
    }
}
