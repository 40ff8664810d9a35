package dev.shed.gateway.container.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.ExecDefaults;
import dev.shed.gateway.container.docker.engine.EngineClient;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What the engine says of one container, as far as the way of a login needs it (see [HttpExchange]).
record Inspection(JsonNode described) {
    private static final String HOME = "HOME=";

    static Inspection of(EngineClient engine, String containerId) {
        return new Inspection(engine.json("/containers/" + containerId + "/json"));
    }

    /// Ids of the processes that were started by an exec, as far as they live.
    Stream<String> execIds() {
        return texts(described.path("ExecIDs"));
    }

    ExecDefaults execDefaults() {
        var user = described.path("Config").path("User").asText("");
        return new ExecDefaults(
                Optional.of(user).filter(name -> !name.isEmpty()),
                texts(described.path("HostConfig").path("GroupAdd")).toList(),
                texts(described.path("Config").path("Env"))
                        .filter(variable -> variable.startsWith(HOME))
                        .map(variable -> variable.substring(HOME.length()))
                        .findFirst());
    }

    /// Of a null, or of what is not there, nothing.
    private static Stream<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText);
    }
}
