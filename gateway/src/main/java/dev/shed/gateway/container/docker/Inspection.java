package dev.shed.gateway.container.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.container.ExecDefaults;
import dev.shed.gateway.container.docker.engine.EngineClient;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The parts of the engine's description of a container that a login needs (see [HttpExchange]).
record Inspection(JsonNode described) {
    private static final String HOME = "HOME=";

    static Inspection of(EngineClient engine, String containerId) {
        return new Inspection(engine.json("/containers/" + containerId + "/json"));
    }

    /// Ids of the execs whose processes still run.
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

    /// The elements of an array; none if it is null or missing.
    private static Stream<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText);
    }
}
