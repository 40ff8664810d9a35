package dev.shed.gateway.container.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.failure.ExitStatus;
import java.io.IOException;

/// The last message of an exec: a Status object that says how the program ended.
final class ExecStatus {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ExecStatus() {}

    /// @throws IOException if the program could not be started, or nobody knows how it ended
    static ExitStatus of(byte[] message) throws IOException {
        if (message.length == 0) {
            throw new ProcessLostException("the connection to its node was lost");
        }
        JsonNode status = JSON.readTree(message);
        if (status.path("status").asText("").equals("Success")) {
            return ExitStatus.SUCCESS;
        }
        for (var cause : status.path("details").path("causes")) {
            var code = cause.path("message").asText("");
            if (cause.path("reason").asText("").equals("ExitCode") && code.matches("[0-9]{1,3}")) {
                return ExitStatus.of(Integer.parseInt(code));
            }
        }
        throw new IOException("the program was not run: "
                + status.path("message").asText("no reason is given").strip().replaceAll("\\s+", " "));
    }
}
