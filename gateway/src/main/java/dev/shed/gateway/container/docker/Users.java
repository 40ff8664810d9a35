package dev.shed.gateway.container.docker;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.docker.engine.Engine;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Whom the processes of a container run as: the user that the label `shed.user` names; else the configured
/// one, where the container has it; else the one that the container itself is configured with, which is all
/// there is in a container that somebody else made.
final class Users {
    private static final String LABEL = "shed.user";

    /// The engine looks up names in the container's own passwd file.
    private static final String HAS_USER =
            "while IFS=: read -r name _; do [ \"$name\" = \"$1\" ] && exit; done" + " </etc/passwd; exit 1";

    private final Engine engine;
    private final String configured;

    /// Ids of the containers that are known to have the configured user.
    private final Set<String> haveConfigured = ConcurrentHashMap.newKeySet();

    Users(Engine engine, String configured) {
        this.engine = engine;
        this.configured = configured;
    }

    /// The user for a process; empty for the container's own.
    Optional<String> of(Container container) throws InterruptedException {
        var label = container.labels().get(LABEL);
        if (label != null) {
            return Optional.of(label);
        }
        return haveConfigured.contains(container.id()) || hasConfigured(container.id())
                ? Optional.of(configured)
                : Optional.empty();
    }

    void forget(Container container) {
        haveConfigured.remove(container.id());
    }

    /// Asked once for each container, since it costs an exec. A no is asked again: users can be added.
    private boolean hasConfigured(String containerId) throws InterruptedException {
        if (Exec.run(engine, containerId, Optional.empty(), "sh", "-c", HAS_USER, "shed-user", configured) != 0) {
            return false;
        }
        haveConfigured.add(containerId);
        return true;
    }
}
