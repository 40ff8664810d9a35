package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Recognises the engine's error message in the output of an exec. If an exec cannot start, Docker writes the
/// error into the output stream.
///
/// @param shed the shed to name in the failure
record ExecErrorDetector(ShedName shed) {
    private static final String NO_USER = "unable to find user";
    private static final List<String> BEGINNINGS = List.of("OCI runtime exec failed", NO_USER);

    private static final int MAX_MESSAGE = 1000;

    /// Checks the first bytes of the output.
    ///
    /// Fails with `TOOL_MISSING`, `SHED_NOT_READY` or `ENGINE_REFUSED` if the engine wrote them. A program
    /// may print the same words, so it is also checked that the exec never had a process.
    void check(Exec exec, byte[] source, int offset, int length) {
        var text = new String(source, offset, Math.min(length, MAX_MESSAGE), StandardCharsets.UTF_8).strip();
        if (BEGINNINGS.stream().anyMatch(text::startsWith) && exec.state().neverRan()) {
            throw new ShedException(failure(text));
        }
    }

    private Failure failure(String text) {
        if (text.contains("\"sh\"")) {
            return Failure.toolMissing(shed.value(), "sh");
        }
        return text.startsWith(NO_USER)
                ? Failure.shedNotReady(shed.value(), "its container has no such user: " + text)
                : EngineRefusedException.failure(text);
    }
}
