package dev.shed.gateway.recording;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The description of a recording.
///
/// @param name the file's name without its suffix
/// @param who the clients that were attached, in order
public record Recorded(
        String name, String shed, String session, Instant began, Duration length, long bytes, List<String> who) {
    /// Copies the list.
    public Recorded {
        who = List.copyOf(who);
    }
}
