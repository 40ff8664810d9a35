package dev.shed.gateway.container.porter;

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

    private final String configured;

    /// Ids of the containers that are known to have the configured user, and a porter that can become it.
    private final Set<String> haveConfigured = ConcurrentHashMap.newKeySet();

    Users(String configured) {
        this.configured = configured;
    }

    String of(Container container, Launch launch, Trial trial) throws IOException, InterruptedException {
        var named = launch.onlyUser()
                .or(() -> Optional.ofNullable(container.labels().get(LABEL)));
        if (named.isPresent()) {
            return named.get();
        }
        if (haveConfigured.contains(container.id())) {
            return configured;
        }
        return switch (trial.of(configured)) {
            case POSSIBLE -> {
                haveConfigured.add(container.id());
                yield configured;
            }
            case NOT_PERMITTED -> configured;
            // Asked again the next time: users can be added.
            case NO_SUCH_USER -> launch.made().user().orElse(ROOT);
        };
    }

    /// The user of a container whose porter, started as root, cannot become it; empty where it can.
    Optional<String> outOfReach(Container container, Launch launch, Trial trial)
            throws IOException, InterruptedException {
        var user = of(container, launch, trial);
        return haveConfigured.contains(container.id()) || trial.of(user) != Trial.Result.NOT_PERMITTED
                ? Optional.empty()
                : Optional.of(user);
    }

    void forget(String containerId) {
        haveConfigured.remove(containerId);
    }
}
