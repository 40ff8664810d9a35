package dev.shed.gateway.command;

import org.jspecify.annotations.Nullable;

/// Numbers in sentences for people.
final class Sentences {
    private Sentences() {}

    /// `no sessions`, `1 session`, `2 sessions`, or `its sessions` when nobody knows how many.
    static String sessions(@Nullable Integer count) {
        return switch (count) {
            case null -> "its sessions";
            case 0 -> "no sessions";
            case 1 -> "1 session";
            default -> count + " sessions";
        };
    }
}
