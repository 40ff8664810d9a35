package dev.shed.gateway.text;

import org.jspecify.annotations.Nullable;

/// Numbers in sentences for people.
public final class Sentences {
    private Sentences() {}

    /// `no sessions`, `1 session`, `2 sessions`, or `its sessions` when nobody knows how many.
    public static String sessions(@Nullable Integer count) {
        return switch (count) {
            case null -> "its sessions";
            case 0 -> "no sessions";
            case 1 -> "1 session";
            default -> count + " sessions";
        };
    }
}
