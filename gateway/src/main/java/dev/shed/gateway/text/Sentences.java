package dev.shed.gateway.text;

import org.jspecify.annotations.Nullable;

/// Prints numbers in sentences.
public final class Sentences {
    private Sentences() {}

    /// `no sessions`, `1 session`, `2 sessions`; `its sessions` if the number is unknown.
    public static String sessions(@Nullable Integer count) {
        return switch (count) {
            case null -> "its sessions";
            case 0 -> "no sessions";
            case 1 -> "1 session";
            default -> count + " sessions";
        };
    }
}
