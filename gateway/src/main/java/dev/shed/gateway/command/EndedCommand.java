package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.LoginName;

/// A command that a shell of a shed has run.
///
/// @param line the command line, as the client sent it
public record EndedCommand(LoginName.ToShed address, String line, ExitStatus status) {
    private static final ExitStatus NOT_FOUND = ExitStatus.of(127);

    /// Whether a verb of the gateway was probably meant, if the line begins with its name. `wait` is built into
    /// shells, and one that has just started has nothing to wait for. `help` is built into bash, and its `kill`
    /// fails with the name of a session.
    boolean meansVerb(String verb) {
        return switch (verb) {
            case "wait", "help" -> true;
            case "kill" -> !status.equals(ExitStatus.SUCCESS);
            default -> status.equals(NOT_FOUND);
        };
    }
}
