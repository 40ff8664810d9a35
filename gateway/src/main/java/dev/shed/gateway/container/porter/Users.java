package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.BareExec;
import dev.shed.gateway.container.Container;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Whom the processes of a container run as: the user that the label `shed.user` names; else the configured
/// one, where the container has it; else the one that the container itself is set up for, which is all
/// there is in a container that somebody else made.
final class Users {
    private static final String LABEL = "shed.user";

    /// Root, to a porter.
    private static final String ROOT = "";

    private final BareExec engine;
    private final String configured;

    /// Ids of the containers that are known to have the configured user.
    private final Set<String> haveConfigured = ConcurrentHashMap.newKeySet();

    /// Tries to start a process as a user.
    interface Trial {
        /// Starts something as a user.
        ///
        /// @return whether the container has such a user
        boolean succeeds(String user) throws IOException, InterruptedException;
    }

    Users(BareExec engine, String configured) {
        this.engine = engine;
        this.configured = configured;
    }

    String of(Container container, Trial trial) throws IOException, InterruptedException {
        var label = Optional.ofNullable(container.labels().get(LABEL));
        if (label.isPresent()) {
            return label.get();
        }
        if (haveConfigured.contains(container.id())) {
            return configured;
        }
        // A no is asked again the next time: users can be added.
        if (trial.succeeds(configured)) {
            haveConfigured.add(container.id());
            return configured;
        }
        return engine.ownUser(container).orElse(ROOT);
    }

    void forget(String containerId) {
        haveConfigured.remove(containerId);
    }
}
