package dev.shed.gateway.control;

import dev.shed.gateway.command.StatusAnswer;
import dev.shed.gateway.status.StatusReport;
import java.util.function.Function;

/// The requests of the control socket.
public record Requests(StatusReport status) implements Function<String, ControlSocket.Answer> {
    private static final int USAGE = 64;

    @Override
    public ControlSocket.Answer apply(String request) {
        return switch (request) {
            case "status" -> status(false);
            case "status --json" -> status(true);
            default ->
                new ControlSocket.Answer(USAGE, "unknown request; this gateway supports status and status --json\n");
        };
    }

    private ControlSocket.Answer status(boolean json) {
        try {
            var now = new StatusAnswer(status.now(_ -> true));
            return new ControlSocket.Answer(now.exitStatus().code(), json ? now.json() : now.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("nobody interrupts these threads", e);
        }
    }
}
