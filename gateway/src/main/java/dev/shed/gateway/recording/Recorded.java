package dev.shed.gateway.recording;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What a recording says of itself.
///
/// @param name the file's, without its suffix
/// @param who the people who were attached, in order
public record Recorded(
        String name, String shed, String session, Instant began, Duration length, long bytes, List<String> who) {
    /// Keeps a copy.
    public Recorded {
        who = List.copyOf(who);
    }
}
